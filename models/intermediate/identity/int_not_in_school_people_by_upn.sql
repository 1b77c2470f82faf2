{{ children_of_upns(ref('int_not_in_school_upns'), ['person_id']) }}
