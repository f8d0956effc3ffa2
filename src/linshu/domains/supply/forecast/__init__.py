"""Demand forecast (销量预测): what will be asked of each SKU at each warehouse in the next fortnight, and how sure that is."""
