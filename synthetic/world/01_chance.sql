-- Chance without order: a number is a function of the seed, of what it decides and of whom it decides for.
-- Whatever the number of threads, the same seed makes the same county. md5 is used as it is the same in every DuckDB version.

create macro chance(purpose, id) as (
    ((md5_number_lower(concat_ws('|', getvariable('seed'), purpose, id)) >> 11)::double + 0.5) / 9007199254740992.0
);

-- A whole number from 0 to n - 1.
create macro draw(purpose, id, n) as floor(chance(purpose, id) * n)::int;

-- A day from the first to the last, both included.
create macro draw_day(purpose, id, first_day, last_day) as (
    (first_day)::date + floor(chance(purpose, id) * ((last_day)::date - (first_day)::date + 1))::int
);

-- Logistic around 0; near a normal distribution once divided by 1.7.
create macro log_odds(purpose, id) as ln(chance(purpose, id) / (1 - chance(purpose, id)));
create macro bell(purpose, id) as log_odds(purpose, id) / 1.702;

-- The academic year in which a day lies, by the year in which it starts; it counts from 1 September.
create macro year_of(day) as year(day) - (month(day) < 9)::int;
create macro year_name(start_year) as (start_year)::varchar || '/' || lpad((((start_year) + 1) % 100)::varchar, 2, '0');

-- UPNs: the letter that the twelve characters after it ask for; a 13th that is a letter is worth its place in the alphabet.
create macro upn_letter(tail) as substr(
    'ABCDEFGHJKLMNPQRTUVWXYZ',
    (list_sum(list_transform(
        range(1, 13),
        lambda place: (place + 1)
            * coalesce(
                try_cast(substr(tail, place::int, 1) as int),
                strpos('ABCDEFGHJKLMNPQRTUVWXYZ', substr(tail, place::int, 1)) - 1
            )
    )) % 23)::int + 1,
    1
);
create macro upn(tail) as upn_letter(tail) || tail;
-- Learner numbers: the digits weighted 10 to 1 leave 10 modulo 11. Where the first nine leave nothing there is no such
-- number, and another first digit makes one.
create macro uln_digits(digits) as list_sum(
    list_transform(range(1, 10), lambda place: (11 - place) * substr(digits, place::int, 1)::int)
) % 11;
create macro uln_of(digits) as if(
    uln_digits('4' || digits) = 0,
    '5' || digits || (10 - uln_digits('5' || digits)), '4' || digits || (10 - uln_digits('4' || digits))
);
create macro uln(n) as uln_of(lpad(((n) * 7919 % 100000000)::varchar, 8, '0'));
-- The same UPN under a letter that is not its own.
create macro wrong_letter(upn) as
    substr('ABCDEFGHJKLMNPQRTUVWXYZ', strpos('ABCDEFGHJKLMNPQRTUVWXYZ', upn[1]) % 23 + 1, 1) || substr(upn, 2);
