"""What a whole batch must look like before anyone acts on it."""
