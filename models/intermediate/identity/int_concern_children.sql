{{ children_of_upns(ref('stg_concerns__concerns'), ['delivery_id', 'row_number_in_file']) }}
