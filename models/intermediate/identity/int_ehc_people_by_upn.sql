{{ children_of_upns(ref('stg_sen2__people'), ['export_date', 'person_id']) }}
