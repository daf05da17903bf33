"""Which of two ways of answering is better, by what became of live conversations; one may look every day."""
