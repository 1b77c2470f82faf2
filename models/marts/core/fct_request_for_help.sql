{{ front_door_fact('request_for_help') }}
