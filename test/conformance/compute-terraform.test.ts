import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start, tempDir } from '../sandbox/support.ts';
import { requireTool, run } from './tools.ts';

/*
 * Terraform's google provider, unmodified: what a configuration says is made, a second plan
 * finds nothing to do, a change is made in place, and all of it goes. The provider waits ten
 * seconds whenever an operation is not done at once, so this takes a minute or two.
 *
 * Terraform gets the provider from its registry, or from where TF_CLI_CONFIG_FILE says
 * (README.md tells how to build one).
 */

const configuration = (url: string, team: string): string => `
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}
provider "google" {
  project                 = "cloudlab-sandbox"
  region                  = "asia-northeast3"
  zone                    = "asia-northeast3-a"
  access_token            = "sandbox"
  compute_custom_endpoint = "${url}/compute/v1/"
}
resource "google_compute_network" "vpc" {
  name                    = "vpc"
  auto_create_subnetworks = false
}
resource "google_compute_subnetwork" "subnet" {
  name          = "subnet"
  network       = google_compute_network.vpc.id
  ip_cidr_range = "10.9.0.0/24"
}
resource "google_compute_firewall" "ssh" {
  name          = "ssh"
  network       = google_compute_network.vpc.id
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
resource "google_compute_router" "router" {
  name    = "router"
  network = google_compute_network.vpc.id
}
resource "google_compute_disk" "data" {
  name = "data"
  size = 20
  type = "pd-balanced"
}
resource "google_compute_instance" "web" {
  name         = "web"
  machine_type = "e2-micro"
  labels       = { team = "${team}" }
  boot_disk {
    initialize_params { image = "debian-cloud/debian-12" }
  }
  attached_disk { source = google_compute_disk.data.id }
  network_interface {
    subnetwork = google_compute_subnetwork.subnet.id
    access_config {}
  }
}
resource "google_compute_instance_template" "pool" {
  name_prefix  = "pool-"
  machine_type = "e2-micro"
  disk {
    source_image = "debian-cloud/debian-12"
    boot         = true
  }
  network_interface { network = "default" }
}
resource "google_compute_instance_group_manager" "pool" {
  name               = "pool"
  base_instance_name = "pool"
  wait_for_instances = true
  version { instance_template = google_compute_instance_template.pool.id }
  update_policy {
    type                  = "PROACTIVE"
    minimal_action        = "REPLACE"
    max_surge_fixed       = 1
    max_unavailable_fixed = 0
  }
}
resource "google_compute_autoscaler" "pool" {
  name   = "pool"
  target = google_compute_instance_group_manager.pool.id
  autoscaling_policy {
    min_replicas = 1
    max_replicas = 3
    cpu_utilization { target = 0.6 }
  }
}
`;

test('a configuration is applied, kept, changed and destroyed', {
  timeout: 600_000,
}, async (context) => {
  await requireTool(context, 'terraform', 'Terraform', 'version');
  const sandbox = await start();
  const dir = join(await tempDir(), 'configuration');
  await mkdir(dir);
  const write = (team: string) => writeFile(join(dir, 'main.tf'), configuration(sandbox.url, team));
  const env = {
    ...process.env,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    NO_PROXY: [process.env['NO_PROXY'], '127.0.0.1'].filter(Boolean).join(','),
  };
  const terraform = (...args: string[]) => run('terraform', args, { cwd: dir, env });
  /** 0 where nothing is to be done, 2 where something is. */
  const plan = () =>
    terraform('plan', '-detailed-exitcode', '-no-color').then(
      () => 0,
      ({ code, stdout }: { code: number; stdout: string }) => `${code}: ${stdout}`,
    );

  await write('seoul');
  // A provider that was built by hand is used as it is; `init` would look for it in vain.
  const config = await readFile(process.env['TF_CLI_CONFIG_FILE'] ?? '', 'utf8').catch(() => '');
  if (!config.includes('dev_overrides')) {
    const failed = await terraform('init', '-no-color').catch((error: Error) => error);
    if (failed instanceof Error) context.skip("Terraform's google provider cannot be had here");
  }
  await terraform('apply', '-auto-approve', '-no-color');
  expect(await plan()).toBe(0);
  const state = JSON.parse((await terraform('show', '-json')).stdout);
  const web = state.values.root_module.resources.find(
    ({ address }: { address: string }) => address === 'google_compute_instance.web',
  );
  expect(web.values).toMatchObject({ current_status: 'RUNNING', labels: { team: 'seoul' } });

  await write('busan');
  await terraform('apply', '-auto-approve', '-no-color');
  expect(await plan()).toBe(0);

  await terraform('destroy', '-auto-approve', '-no-color');
  const path = `${sandbox.url}/compute/v1/projects/${sandbox.projectId}`;
  for (const kind of ['instances', 'disks', 'subnetworks', 'routers', 'instanceGroupManagers']) {
    const { items } = (await (await fetch(`${path}/aggregated/${kind}`)).json()) as {
      items: Record<string, Record<string, { name: string }[]>>;
    };
    const names = Object.values(items).flatMap((one) => (one[kind] ?? []).map(({ name }) => name));
    expect(names.filter((name) => name !== 'default')).toEqual([]);
  }
});
