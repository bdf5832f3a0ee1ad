PERSONAL: list = []
