"""How well recommendations guess what a customer went on to, beside yardsticks fitted on the same histories."""
