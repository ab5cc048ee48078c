"""Who has the token is the provisioning client: staff, superuser."""

import os


class Client:
    is_authenticated = is_active = is_staff = is_superuser = True
    is_anonymous = False


class Nobody(Client):
    is_authenticated = is_active = is_staff = is_superuser = False
    is_anonymous = True


class Bearer:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        known = request.headers.get("Authorization") == f"Bearer {os.environ['SCIM_TOKEN']}"
        request.user = Client() if known else Nobody()
        return self.get_response(request)
