"""A shop's own texts read against each other: what contradicts, has expired, stands twice, leads nowhere, is missing or answers nothing."""
