{{ children_of_upns(ref('stg_early_years_census__places'), ['person_id']) }}
