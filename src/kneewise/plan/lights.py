"""The limits of the traffic light: a convention of clinics that nobody validated; TREKpain, TLight."""

LAST_GREEN, LAST_AMBER = 2.0, 5.0
"""Most pain of the first two lights, of 10; the programme says the same in words."""
