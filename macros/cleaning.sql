{#- One form for each kind of text. An empty text is a missing value. -#}

{% macro clean_text(value) -%}
    nullif(trim({{ value }}), '')
{%- endmacro %}


{% macro clean_code(value) -%}
    nullif(upper(trim({{ value }})), '')
{%- endmacro %}


{% macro clean_upn(value) -%}
    nullif(upper(replace({{ value }}, ' ', '')), '')
{%- endmacro %}


{#- Synergy writes 838/4001 where the others write 8384001. -#}
{% macro clean_school_id(value) -%}
    nullif(replace(replace(trim({{ value }}), '/', ''), ' ', ''), '')
{%- endmacro %}


{% macro clean_name(value) -%}
    {{ return(adapter.dispatch('clean_name')(value)) }}
{%- endmacro %}

{#- Letters and digits alone are compared: O'Neill, O’NEILL and Oneill are one name. -#}
{% macro default__clean_name(value) -%}
    nullif(regexp_replace(upper(strip_accents({{ value }})), '[^\p{L}\p{N}]', '', 'g'), '')
{%- endmacro %}

{% macro spark__clean_name(value) -%}
    nullif(regexp_replace(upper({{ without_accents(value) }}), '[^\\p{L}\\p{N}]', ''), '')
{%- endmacro %}


{#- Spark cannot take letters apart. The Latin ones that DuckDB's strip_accents makes another letter of stand here, with
    what each becomes, and ß, of which upper() of Spark makes two; an accent that is a character of its own is left out. -#}
{% macro without_accents(value) -%}
    {%- set accented -%}
ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿĀāĂăĄąĆćĈĉĊċČčĎďĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĨĩĪīĬĭĮįİĴĵĶķĹĺĻļĽľŃń
ŅņŇňŌōŎŏŐőŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžƠơƯưǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǞǟǠǡǢǣǦǧǨǩǪǫǬǭǮǯǰǴǵǸǹǺǻǼǽǾǿȀȁȂȃȄȅȆȇȈȉȊȋ
ȌȍȎȏȐȑȒȓȔȕȖȗȘșȚțȞȟȦȧȨȩȪȫȬȭȮȯȰȱȲȳḀḁḂḃḄḅḆḇḈḉḊḋḌḍḎḏḐḑḒḓḔḕḖḗḘḙḚḛḜḝḞḟḠḡḢḣḤḥḦḧḨḩḪḫḬḭḮḯḰḱḲḳḴḵḶḷḸḹḺḻḼḽḾḿṀṁṂṃṄṅṆṇṈṉṊṋṌṍ
ṎṏṐṑṒṓṔṕṖṗṘṙṚṛṜṝṞṟṠṡṢṣṤṥṦṧṨṩṪṫṬṭṮṯṰṱṲṳṴṵṶṷṸṹṺṻṼṽṾṿẀẁẂẃẄẅẆẇẈẉẊẋẌẍẎẏẐẑẒẓẔẕẖẗẘẙẛẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀ
ềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹß
    {%- endset -%}
    {%- set plain -%}
AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyyAaAaAaCcCcCcCcDdEeEeEeEeEeGgGgGgGgHhIiIiIiIiIJjKkLlLlLlNn
NnNnOoOoOoRrRrRrSsSsSsSsTtTtUuUuUuUuUuUuWwYyYZzZzZzOoUuAaIiOoUuUuUuUuUuAaAaÆæGgKkOoOoƷʒjGgNnAaÆæØøAaAaEeEeIiIi
OoOoRrRrUuUuSsTtHhAaEeOoOoOoOoYyAaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOo
OoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyſAaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeE
eEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYyẞ
    {%- endset -%}
    regexp_replace(
        translate({{ value }}, '{{ accented | replace('\n', '') }}', '{{ plain | replace('\n', '') }}'), '\\p{Mn}', ''
    )
{%- endmacro %}


{% macro clean_postcode(value) -%}
    {{ return(adapter.dispatch('clean_postcode')(value)) }}
{%- endmacro %}

{#- Capitals, one space before the last three characters. -#}
{% macro default__clean_postcode(value) -%}
    nullif(regexp_replace(regexp_replace(upper({{ value }}), '[^A-Z0-9]', '', 'g'), '^(.+)(...)$', '\1 \2'), '')
{%- endmacro %}

{% macro spark__clean_postcode(value) -%}
    nullif(regexp_replace(regexp_replace(upper({{ value }}), '[^A-Z0-9]', ''), '^(.+)(...)$', '$1 $2'), '')
{%- endmacro %}


{% macro name_parts(value) -%}
    {{ return(adapter.dispatch('name_parts')(value)) }}
{%- endmacro %}

{#- The parts of a name that a hyphen or a space joins, each in the form that is compared. -#}
{% macro default__name_parts(value) -%}
    list_filter(
        list_transform(
            regexp_split_to_array(coalesce({{ value }}, ''), '[-\s]+'), lambda part: {{ clean_name('part') }}
        ),
        lambda part: part is not null
    )
{%- endmacro %}

{% macro spark__name_parts(value) -%}
    filter(
        transform(split(coalesce({{ value }}, ''), '[-\\s]+'), part -> {{ clean_name('part') }}),
        part -> part is not null
    )
{%- endmacro %}


{% macro clean_address(value) -%}
    {{ return(adapter.dispatch('clean_address')(value)) }}
{%- endmacro %}

{#- Capitals, letters and digits: punctuation and spaces differ from one system to the next. -#}
{% macro default__clean_address(value) -%}
    nullif(regexp_replace(upper(strip_accents({{ value }})), '[^A-Z0-9]', '', 'g'), '')
{%- endmacro %}

{% macro spark__clean_address(value) -%}
    nullif(regexp_replace(upper({{ without_accents(value) }}), '[^A-Z0-9]', ''), '')
{%- endmacro %}
