{{ front_door_fact('contact') }}
