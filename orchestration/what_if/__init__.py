"""What other rules would say, over all half terms of the build, with nothing in it or in a release changed."""
