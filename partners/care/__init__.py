"""What happens after the call: follow-ups and clinical notes, kept apart from the call's record, each read audited."""
