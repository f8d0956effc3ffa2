"""Operations: the people in the field, their tasks, alerts and targets."""
