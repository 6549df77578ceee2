"""What the user makes: an image and a chain of operations as frozen values, their history and their files. No Qt."""
