-- What was written before a school got its new number bears the old one. Synergy goes by the new one throughout.

update return_pupil set school_id = numbers.number
from school_number as numbers
where
    return_pupil.school_id = numbers.school_id
    and return_pupil.reference_date >= numbers.valid_from_date and return_pupil.reference_date < numbers.valid_to_date;

update attainment_row set school_id = numbers.number
from school_number as numbers
where
    attainment_row.school_id = numbers.school_id
    and attainment_row.assessment_date >= numbers.valid_from_date
    and attainment_row.assessment_date < numbers.valid_to_date;
