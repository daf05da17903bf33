"""What our figures are measured against: simple ways of doing the same, run beside ours."""
