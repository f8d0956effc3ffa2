"""The tables growth publishes: chat, visits, referrals."""
