"""Pure values every layer shares: money, rates, quantities, periods, texts, errors, table declarations."""
