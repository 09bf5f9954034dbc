"""The pretend Twilio: messages, calls and signed callbacks in the shape of its 2010-04-01 API."""
