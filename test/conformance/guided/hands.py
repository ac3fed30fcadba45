"""A learner's notebook: each mission's tasks done with Google's libraries for Python, unmodified.

Reads lines of JSON on standard input, each the number of a task and what the screen gives for
it, and answers each with a line: `done`, or the error. Which mission it is, the argument says.
Run by guided-python.test.ts in an environment that `cloudlab env` has pointed at the sandbox.

For IAM there is no library here; requests are made with the session of google-auth.
"""

import base64
import json
import os
import sys
from pathlib import Path

import google.auth
from google.api_core import exceptions
from google.auth import impersonated_credentials
from google.auth.transport.requests import AuthorizedSession
from google.cloud import storage
from google.oauth2 import service_account

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
URL = os.environ["CLOUDLAB_URL"]
PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]


def name_of(url):
    return url.removeprefix("gs://")


def refused(act):
    try:
        act()
    except exceptions.Forbidden:
        return
    raise AssertionError("it was not refused")


class Storage:
    """Buckets and objects, as the learner or as somebody else."""

    def __init__(self, credentials=None):
        self.client = storage.Client(project=PROJECT, credentials=credentials)

    def bucket(self, given):
        return self.client.bucket(name_of(given["bucket"]))

    def make_bucket(self, given):
        bucket = self.bucket(given)
        bucket.iam_configuration.uniform_bucket_level_access_enabled = True
        bucket.iam_configuration.public_access_prevention = "enforced"
        bucket.soft_delete_policy.retention_duration_seconds = 0
        self.client.create_bucket(bucket, location=given["place"])

    def upload(self, given, name=None):
        path = Path(given["file"])
        self.bucket(given).blob(name or path.name).upload_from_filename(path)

    def upload_folder(self, given):
        folder = Path(given["folder"])
        for path in folder.rglob("*"):
            if path.is_file():
                name = path.relative_to(folder.parent).as_posix()
                self.bucket(given).blob(name).upload_from_filename(path)

    def empty(self, given):
        bucket = self.bucket(given)
        bucket.delete_blobs(list(bucket.list_blobs()))

    def delete_bucket(self, given):
        self.bucket(given).delete()

    def delete_all(self, given):
        self.empty(given)
        self.delete_bucket(given)


def create_bucket():
    mine = Storage()
    return [mine.make_bucket, mine.upload, mine.upload_folder, mine.empty, mine.delete_bucket]


def programs():
    """The programs of these missions are written elsewhere; the rest is this."""
    mine = Storage()

    def begin(given):
        mine.make_bucket(given)
        mine.upload(given, given["object"])

    return [begin, None, None, mine.delete_all]


class Compute:
    """google-cloud-compute over plain HTTP, for which it has no variable.

    Its own `result()` of an operation asks compute.googleapis.com, whatever endpoint the client was
    given; so each request is one that answers with the operation, and that is waited for here.
    """

    def __init__(self):
        from google.cloud import compute_v1

        self.v1 = compute_v1
        options = {"api_endpoint": URL}
        self.addresses = compute_v1.AddressesClient(client_options=options)
        self.instances = compute_v1.InstancesClient(client_options=options)
        self.firewalls = compute_v1.FirewallsClient(client_options=options)
        self.zonal = compute_v1.ZoneOperationsClient(client_options=options)
        self.regional = compute_v1.RegionOperationsClient(client_options=options)
        self.everywhere = compute_v1.GlobalOperationsClient(client_options=options)

    def done(self, operation):
        where = {"project": PROJECT, "operation": operation.name}
        if operation.zone:
            ended = self.zonal.wait(**where, zone=operation.zone.split("/")[-1])
        elif operation.region:
            ended = self.regional.wait(**where, region=operation.region.split("/")[-1])
        else:
            ended = self.everywhere.wait(**where)
        assert ended.status == self.v1.Operation.Status.DONE and not ended.error.errors, ended

    def instance(self, given, disk, address=None, **more):
        v1 = self.v1
        image = f"projects/debian-cloud/global/images/family/{given['image']}"
        access = v1.AccessConfig(type_="ONE_TO_ONE_NAT", name="External NAT", nat_i_p=address)
        instance = v1.Instance(
            name=given["VM"],
            machine_type=f"zones/{given['zone']}/machineTypes/{given['machine type']}",
            disks=[
                v1.AttachedDisk(
                    boot=True,
                    auto_delete=True,
                    initialize_params=v1.AttachedDiskInitializeParams(source_image=image, **disk),
                )
            ],
            network_interfaces=[
                v1.NetworkInterface(network="global/networks/default", access_configs=[access])
            ],
            **more,
        )
        self.done(
            self.instances.insert_unary(
                project=PROJECT, zone=given["zone"], instance_resource=instance
            )
        )

    def on_vm(self, method, given):
        call = getattr(self.instances, f"{method}_unary")
        self.done(call(project=PROJECT, zone=given["zone"], instance=given["VM"]))


def create_vm():
    mine = Compute()

    def place(given):
        return {"project": PROJECT, "region": given["region"]}

    def reserve(given):
        address = mine.v1.Address(name=given["address"])
        mine.done(mine.addresses.insert_unary(**place(given), address_resource=address))

    def create(given):
        size, kind = given["boot disk"].split(" GB, ")
        disk = {
            "disk_size_gb": int(size),
            "disk_type": f"zones/{given['zone']}/diskTypes/{kind}",
        }
        address = mine.addresses.get(**place(given), address=given["address"])
        mine.instance(given, disk, address.address)

    def release(given):
        mine.done(mine.addresses.delete_unary(**place(given), address=given["address"]))

    return [
        reserve,
        create,
        lambda given: mine.on_vm("stop", given),
        lambda given: mine.on_vm("delete", given),
        release,
    ]


def vm_shell():
    mine = Compute()
    v1 = mine.v1

    def create(given):
        files = {"startup-script": given["startup script"], "ssh-keys": given["ssh-keys"]}
        items = [v1.Items(key=key, value=Path(path).read_text()) for key, path in files.items()]
        tags = v1.Tags(items=[given["network tag"]])
        mine.instance(given, {}, metadata=v1.Metadata(items=items), tags=tags)

    def open_port(given):
        rule = v1.Firewall(
            name=given["firewall rule"],
            network="global/networks/default",
            source_ranges=["0.0.0.0/0"],
            target_tags=[given["network tag"]],
            allowed=[v1.Allowed(I_p_protocol="tcp", ports=["80"])],
        )
        mine.done(mine.firewalls.insert_unary(project=PROJECT, firewall_resource=rule))

    def clean_up(given):
        mine.on_vm("delete", given)
        rule = given["firewall rule"]
        mine.done(mine.firewalls.delete_unary(project=PROJECT, firewall=rule))

    in_the_vm = [None] * 7
    return [create, *in_the_vm, open_port, clean_up]


def least_privilege():
    mine = Storage()
    me, _ = google.auth.default(scopes=SCOPES)
    session = AuthorizedSession(me)
    accounts = f"{URL}/v1/projects/{PROJECT}/serviceAccounts"
    creator = "roles/storage.objectCreator"

    def ask(method, url, body=None):
        reply = session.request(method, url, json=body)
        reply.raise_for_status()
        return reply.json()

    def create_account(given):
        ask("POST", accounts, {"accountId": given["account"]})

    def create_key(given):
        key = ask("POST", f"{accounts}/{given['email address']}/keys", {})
        Path(given["key file"]).write_bytes(base64.b64decode(key["privateKeyData"]))

    def with_key(given):
        key = given["key file"]
        return Storage(service_account.Credentials.from_service_account_file(key, scopes=SCOPES))

    def acting(given):
        email = given["email address"]
        endpoint = f"{URL}/v1/projects/-/serviceAccounts/{email}:generateAccessToken"
        return Storage(
            impersonated_credentials.Credentials(
                source_credentials=me,
                target_principal=email,
                target_scopes=SCOPES,
                iam_endpoint_override=endpoint,
            )
        )

    def grant(given):
        bucket = mine.bucket(given)
        policy = bucket.get_iam_policy(requested_policy_version=3)
        policy.bindings.append({"role": creator, "members": [f"serviceAccount:{given['email address']}"]})
        bucket.set_iam_policy(policy)

    def read(given):
        bucket, name = name_of(given["object"]).split("/")
        blob = with_key(given).client.bucket(bucket).blob(name)
        refused(blob.download_as_bytes)

    def impersonate(given):
        role = "roles/iam.serviceAccountTokenCreator"
        policy = {"bindings": [{"role": role, "members": [given["you"]]}]}
        ask("POST", f"{accounts}/{given['email address']}:setIamPolicy", {"policy": policy})
        acting(given).upload(given)

    def delete_key(given):
        keys = ask("GET", f"{accounts}/{given['email address']}/keys?keyTypes=USER_MANAGED")
        for key in keys["keys"]:
            ask("DELETE", f"{URL}/v1/{key['name']}")
        Path(given["key file"]).unlink()

    def revoke(given):
        bucket = mine.bucket(given)
        policy = bucket.get_iam_policy(requested_policy_version=3)
        policy.bindings = [one for one in policy.bindings if one["role"] != creator]
        bucket.set_iam_policy(policy)
        refused(lambda: acting(given).upload(given))

    def remove(given):
        mine.delete_all(given)
        ask("DELETE", f"{accounts}/{given['email address']}")

    return [
        mine.make_bucket,
        create_account,
        create_key,
        lambda given: refused(lambda: with_key(given).upload(given)),
        grant,
        lambda given: with_key(given).upload(given),
        read,
        impersonate,
        delete_key,
        revoke,
        remove,
    ]


def main():
    missions = {
        "create-bucket": create_bucket,
        "create-vm": create_vm,
        "vm-shell": vm_shell,
        "least-privilege": least_privilege,
        "python-storage": programs,
        "node-storage": programs,
    }
    tasks = missions[sys.argv[1]]()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            tasks[asked["task"] - 1](asked["given"])
            print("done", flush=True)
        except Exception as error:  # noqa: BLE001
            print(f"{type(error).__name__}: {error}".replace("\n", " "), flush=True)


main()
