"""Invented names of people, places and streets: common forenames, surnames put together from parts."""


def _words(text: str) -> list[str]:
    return text.split()


GIRLS = _words("""
Abigail Ada Agnes Alba Alice Amber Amelia Anna Aria Ava Beatrice Bella Bethany Bridget Camille Catherine
Céline Charlotte Chloé Clara Daisy Darcie Edith Eleanor Elin Eliza Elizabeth Elsie Emilia Emily Emma Erin Esmé
Eva Evelyn Evie Faith Felicity Flora Florence Frances Freya Georgia Grace Hannah Harriet Hazel Heidi Helena
Holly Imogen Iris Isabel Isla Ivy Jasmine Jemima Jessica Josephine Julia Katherine Lara Lauren Layla Lily Lola
Lottie Lucy Luna Lydia Mabel Madeleine Maisie Margaret Maria Martha Matilda Maya Megan Mia Millie Molly Nancy
Niamh Nina Olive Olivia Orla Penelope Phoebe Poppy Rebecca Renée Robyn Rosalind Rose Ruby Sarah Scarlett Siân
Sophia Stella Susannah Tabitha Tess Thea Victoria Violet Willow Winifred Zara Zoë
""")

BOYS = _words("""
Aaron Adam Aidan Albert Albie Alexander Alfred André Archie Arlo Arthur Austin Barnaby Bartholomew Benjamin
Blake Bobby Bradley Caleb Callum Cameron Charles Christopher Conor Dafydd Daniel David Dexter Dominic Dylan
Edmund Edward Elliot Ellis Ethan Ezra Felix Finley François Frank Frederick Gabriel George Gethin Gregory
Harry Harvey Henry Hugo Ibrahim Isaac Jack Jacob Jake James Jasper Jayden Jenson Joel John Jonathan José
Joseph Joshua Jude Kai Laurence Leo Leon Lewis Liam Logan Louis Luca Luke Magnus Marcus Mason Matthew Max
Michael Muhammad Nathaniel Nicholas Noah Noé Oliver Oscar Otis Owen Patrick Peter Philip Quentin Ralph Reuben
Robert Roman Rory Rowan Rupert Samuel Sebastian Seán Stanley Stephen Teddy Theo Thomas Tobias Toby Tomás
Victor Vincent Walter William Yusuf Zachary
""")

NICKNAMES = {
    "Abigail": "Abby", "Alexander": "Alex", "Alfred": "Alfie", "Beatrice": "Bea", "Benjamin": "Ben",
    "Catherine": "Cathy", "Charles": "Charlie", "Charlotte": "Lottie", "Christopher": "Chris",
    "Daniel": "Danny", "David": "Dave", "Edward": "Ted", "Eleanor": "Ellie", "Elizabeth": "Lizzie",
    "Emily": "Em", "Frederick": "Freddie", "Florence": "Flo", "Gabriel": "Gabe", "Gregory": "Greg",
    "Harriet": "Hattie", "Isabel": "Izzy", "Jacob": "Jake", "James": "Jamie", "Jessica": "Jess",
    "Jonathan": "Jon", "Joseph": "Joe", "Joshua": "Josh", "Katherine": "Kate", "Laurence": "Larry",
    "Madeleine": "Maddie", "Margaret": "Maggie", "Matilda": "Tilly", "Matthew": "Matt", "Michael": "Mike",
    "Nathaniel": "Nat", "Nicholas": "Nick", "Oliver": "Ollie", "Patrick": "Paddy", "Penelope": "Penny",
    "Philip": "Phil", "Rebecca": "Becky", "Robert": "Bob", "Samuel": "Sam", "Sebastian": "Seb",
    "Stephen": "Steve", "Susannah": "Sue", "Thomas": "Tom", "Tobias": "Toby", "Victoria": "Vicky",
    "William": "Will", "Winifred": "Winnie", "Zachary": "Zac",
}  # fmt: skip

ADULTS = _words("""
Alan Andrea Angela Barry Carol Claire Colin Darren Dawn Debra Diane Donna Gary Gemma Graham Helen Ian Jackie
Jane Janet Jason Julie Karen Keith Kelly Kerry Kevin Lee Linda Lisa Lorraine Malcolm Mandy Marie Mark Martin
Michelle Neil Nicola Nigel Paul Paula Rachel Ray Roger Sandra Sharon Shaun Simon Steven Stuart Tanya Tina
Tracey Trevor Wayne Wendy Yvonne
""")

_SURNAME_STARTS = _words("""
Ald Arn Ash Bal Beck Bram Brid Cald Carn Cold Corb Cran Dal Dun Eck Eld Fal Fen Garr Gil Hal Hax Hol Kel Kerr
Lang Lorn Mar Mel Nor Oak Pell Quar Rad Rav Ros Sel Shel Skel Stan Tarr Thorn Tor Ull Var Wend Whit Wol Yar
Yel
""")
_SURNAME_ENDS = _words("""
ber combe croft dale den dray esby fold garth grave ham hurst ing kett lake ley lock low mere more nell ney
ridge rick sall sett shaw stead stock thwaite tone try wick wood worthy
""")
_SURNAMES_OF_THEIR_OWN = _words("""
O'Brannoch O'Dervane D'Ambréville MacAuldry McTarrow St-Aubrin De'Lorne Nuñerra Müllerby Škorvan Brontéve
Łaskowyn Óskarvel Çelikkan Fitz-Ollard ap-Rhosyn van-Tessering al-Qarimi Adeyinkola Okwuraje Bhandralal
Khanzeri Nguyverin Patelliwar Siddiquari Zhaoweng Kowalkiev Popescanu Grünwäldt Sørvik
""")

_VILLAGE_STARTS = _words("""
Abbots Amber Apple Barley Bishops Black Bram Briar Broad Burn Castle Chalk Clay Copper Crow Deep East Elder
Fair Fern Gold Grey Hart Haw High Iron Kings Lark Long Marsh Mill Moor Nether Oat Otter Over Park Quarry
""")
_VILLAGE_ENDS = _words("""
brook bury cliff den field ford ham holt hythe lea minster mouth over stoke thorpe ton wold
""")

ZONES = ["Alderwold", "Brackenvale", "Cindermere", "Dunlow", "Elmsward", "Foxholt", "Greywater"]

_STREETS = """
Acorn Lane | Back Street | Bakers Row | Beacon Hill | Chapel Lane | Church Path | Coombe Road | Duck Street |
Farriers Close | Ferry Road | Glebe Way | Green Lane | Harbour View | High Street | Honeysuckle Drive | King's
Mead | Lime Kiln Road | Manor Gardens | Mill Lane | North Walk | Old Forge Close | Orchard Rise | Pound Lane |
Quarry Bank | Rectory Road | River Terrace | Sandpit Lane | School Hill | Shepherd's Way | Smithy Court |
South Parade | Spring Gardens | Station Approach | Tanyard & Wharf | The Street | Tollgate Road | Vicarage
Close | Watery Lane | West Street | Windmill Avenue
"""


def surnames() -> list[str]:
    """Some 1,700 surnames, hyphens, apostrophes and accents among them, in a fixed order."""
    return [start + end for start in _SURNAME_STARTS for end in _SURNAME_ENDS] + _SURNAMES_OF_THEIR_OWN


def villages() -> list[str]:
    """Some 660 names of places, neighbours in the list unlike one another."""
    ends = len(_VILLAGE_ENDS)
    return [
        _VILLAGE_STARTS[number % len(_VILLAGE_STARTS)]
        + _VILLAGE_ENDS[(number * 7 + number // len(_VILLAGE_STARTS)) % ends]
        for number in range(len(_VILLAGE_STARTS) * ends)
    ]


def streets() -> list[str]:
    return [street.strip() for street in " ".join(_STREETS.split()).split("|")]
