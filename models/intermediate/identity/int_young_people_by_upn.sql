{{ children_of_upns(ref('stg_nccis__young_people'), ['person_id']) }}
