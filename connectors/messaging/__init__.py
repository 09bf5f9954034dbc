"""Carriers of messages: SMS, voice and e-mail."""
