"""Whether a tau2 simulation ended well, by checks of the transcript and its calls against the shop's data; what was expected isn't known."""
