"""The pretend Cliniko: the clinic's book in the words and the wire format of Cliniko's v1 API."""
