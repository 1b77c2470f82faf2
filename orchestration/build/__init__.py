"""The private build: what is done in the one file where children's rows are worked on."""
