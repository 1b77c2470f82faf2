{{ front_door_fact('referral') }}
