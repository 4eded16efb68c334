"""Keys and signatures. Only this package touches a private key."""
