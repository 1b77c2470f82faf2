"""What the warehouse is made of: the packages of requirements.lock, what is known against them, a bill of materials."""
