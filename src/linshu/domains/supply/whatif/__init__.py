"""What-if (先试再订): the last weeks lived again under another policy of ordering, before anybody orders by it."""
