"""Links people whom a source knows without UPN to children: a Splink model, its parameters, its evaluation.

The rules on top of the score (thresholds, one to one, reviews) are SQL, among the models.
"""
