"""Invented names of people, places and streets: common forenames, surnames put together from parts."""


def _words(text: str) -> list[str]:
    return text.split()


GIRLS = _words("""
Abigail Ada Agnes Alba Alice Amber Amelia Anna Aria Ava Beatrice Bella Bethany Bridget Camille Catherine
Céline Charlotte Chloé Clara Daisy Darcie Edith Eleanor Elin Eliza Elizabeth Ellie Elsie Emilia Emily Emma
Erin Esmé Eva Evelyn Evie Faith Felicity Flora Florence Frances Freya Georgia Grace Hannah Harriet Hazel Heidi
Helena Holly Imogen Iris Isabel Isla Ivy Jasmine Jemima Jessica Josephine Julia Katherine Katie Lara Lauren
Layla Lily Lola Lottie Lucy Luna Lydia Mabel Madeleine Maisie Margaret Maria Martha Matilda Maya Megan Mia
Millie Molly Nancy Niamh Nina Olive Olivia Orla Penelope Phoebe Poppy Rebecca Renée Robyn Rosalind Rose Ruby
Sarah Scarlett Siân Sophia Stella Susannah Tabitha Tess Thea Victoria Violet Willow Winifred Zara Zoë
""")

BOYS = _words("""
Aaron Adam Aidan Albert Albie Alexander Alfie Alfred André Archie Arlo Arthur Austin Barnaby Bartholomew
Benjamin Blake Bobby Bradley Caleb Callum Cameron Charles Charlie Christopher Conor Dafydd Daniel David Dexter
Dominic Dylan Edmund Edward Elliot Ellis Ethan Ezra Felix Finley François Frank Freddie Frederick Gabriel
George Gethin Gregory Harry Harvey Henry Hugo Ibrahim Isaac Jack Jacob Jake James Jamie Jasper Jayden Jenson
Joel John Jonathan José Joseph Joshua Jude Kai Laurence Leo Leon Lewis Liam Logan Louis Luca Luke Magnus
Marcus Mason Matthew Max Michael Muhammad Nathaniel Nicholas Noah Noé Oliver Oscar Otis Owen Patrick Peter
Philip Quentin Ralph Reuben Robert Roman Rory Rowan Rupert Samuel Seán Sebastian Stanley Stephen Teddy Theo
Thomas Tobias Toby Tomás Victor Vincent Walter William Yusuf Zachary
""")

# The other forms of a forename; some of them are on a birth certificate themselves.
NICKNAMES = {
    "Abigail": "Abby Abbie Gail", "Albert": "Albie Bert Bertie", "Alexander": "Alex Xander Sandy",
    "Alfred": "Alfie Fred", "Amelia": "Millie Amy", "Anna": "Annie", "Arthur": "Art Artie", "Beatrice": "Bea Trixie",
    "Benjamin": "Ben Benji", "Bethany": "Beth", "Cameron": "Cam", "Catherine": "Cathy Cat Kate",
    "Charles": "Charlie Chaz", "Charlotte": "Lottie Char", "Christopher": "Chris Kit", "Daniel": "Danny Dan",
    "David": "Dave Davey", "Dominic": "Dom Nic", "Edward": "Ted Teddy Eddie Ned", "Eleanor": "Ellie Nell Nora",
    "Elizabeth": "Lizzie Beth Eliza Libby", "Emily": "Em Millie", "Felicity": "Flick Fliss",
    "Florence": "Flo Flossie", "Frances": "Fran Frankie", "Frank": "Frankie", "Frederick": "Freddie Fred",
    "Gabriel": "Gabe", "Georgia": "Georgie", "George": "Georgie", "Gregory": "Greg", "Harriet": "Hattie",
    "Harry": "Haz", "Henry": "Harry Hal", "Imogen": "Immy", "Isabel": "Izzy Bella", "Jacob": "Jake",
    "James": "Jamie Jim", "Jessica": "Jess Jessie", "John": "Jack Johnny", "Jonathan": "Jon Jonny",
    "Joseph": "Joe Joey", "Josephine": "Josie Jo", "Joshua": "Josh", "Katherine": "Kate Katie Kitty",
    "Laurence": "Larry Laurie", "Lewis": "Lew", "Madeleine": "Maddie", "Margaret": "Maggie Peggy Daisy",
    "Martha": "Marty", "Matilda": "Tilly", "Matthew": "Matt", "Megan": "Meg", "Michael": "Mike Mikey",
    "Muhammad": "Mo", "Nathaniel": "Nat Nate", "Nicholas": "Nick Nico", "Oliver": "Ollie", "Olivia": "Liv Livvy",
    "Patrick": "Paddy Pat", "Penelope": "Penny Nell", "Peter": "Pete", "Philip": "Phil Pip", "Rebecca": "Becky Becca",
    "Robert": "Bob Rob Bobby Robbie", "Rosalind": "Rose Ros", "Samuel": "Sam Sammy", "Sarah": "Sally Sadie",
    "Sebastian": "Seb Bastian", "Sophia": "Sophie", "Stephen": "Steve Stevie", "Susannah": "Sue Susie",
    "Tabitha": "Tabby", "Thomas": "Tom Tommy", "Tobias": "Toby", "Victor": "Vic", "Victoria": "Vicky Tori",
    "Walter": "Walt Wally", "William": "Will Billy Liam", "Winifred": "Winnie Freda", "Zachary": "Zac Zach",
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


def nicknames() -> list[tuple[str, str]]:
    """Pairs of a forename that a child may have and a form of it that people say, in either direction."""
    pairs = [(forename, nickname) for forename, nicknames_of in NICKNAMES.items() for nickname in _words(nicknames_of)]
    forenames = {*GIRLS, *BOYS}
    return pairs + [(nickname, forename) for forename, nickname in pairs if nickname in forenames]


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
