"""How much one machine takes: acknowledgements, whole turns, a customer who floods, and pages that follow their conversations."""
