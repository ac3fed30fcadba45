import { BUILT_IN, catalogueId } from './ids.ts';

/** A region, without what depends on the project (links, quotas). */
export interface CatalogueRegion {
  id: string;
  creationTimestamp: string;
  name: string;
  description: string;
  status: 'UP';
  /** Where it is, as the documentation says it; not in the API. */
  location: string;
  /** The primary range of its subnet in every auto mode network. */
  autoSubnet: string;
}

/**
 * Every region, the range that auto mode networks give to its subnet, and its place.
 * All these ranges lie in 10.128.0.0/9, which is kept free for regions to come.
 *
 * https://cloud.google.com/compute/docs/regions-zones,
 * https://cloud.google.com/vpc/docs/subnets#ip-ranges, as of autumn 2026.
 */
const REGION_TABLE = `
africa-south1            10.218.0.0/20  Johannesburg, South Africa
asia-east1               10.140.0.0/20  Changhua County, Taiwan, APAC
asia-east2               10.170.0.0/20  Hong Kong, APAC
asia-northeast1          10.146.0.0/20  Tokyo, Japan, APAC
asia-northeast2          10.174.0.0/20  Osaka, Japan, APAC
asia-northeast3          10.178.0.0/20  Seoul, South Korea, APAC
asia-south1              10.160.0.0/20  Mumbai, India, APAC
asia-south2              10.190.0.0/20  Delhi, India, APAC
asia-southeast1          10.148.0.0/20  Jurong West, Singapore, APAC
asia-southeast2          10.184.0.0/20  Jakarta, Indonesia, APAC
asia-southeast3          10.232.0.0/20  Bangkok, Thailand, APAC
australia-southeast1     10.152.0.0/20  Sydney, Australia, APAC
australia-southeast2     10.192.0.0/20  Melbourne, Australia, APAC
europe-central2          10.186.0.0/20  Warsaw, Poland, Europe
europe-north1            10.166.0.0/20  Hamina, Finland, Europe
europe-north2            10.226.0.0/20  Stockholm, Sweden, Europe
europe-southwest1        10.204.0.0/20  Madrid, Spain, Europe
europe-west1             10.132.0.0/20  St. Ghislain, Belgium, Europe
europe-west10            10.214.0.0/20  Berlin, Germany, Europe
europe-west12            10.210.0.0/20  Turin, Italy, Europe
europe-west2             10.154.0.0/20  London, England, Europe
europe-west3             10.156.0.0/20  Frankfurt, Germany, Europe
europe-west4             10.164.0.0/20  Eemshaven, Netherlands, Europe
europe-west6             10.172.0.0/20  Zurich, Switzerland, Europe
europe-west8             10.198.0.0/20  Milan, Italy, Europe
europe-west9             10.200.0.0/20  Paris, France, Europe
me-central1              10.212.0.0/20  Doha, Qatar, Middle East
me-central2              10.216.0.0/20  Dammam, Saudi Arabia, Middle East
me-west1                 10.208.0.0/20  Tel Aviv, Israel, Middle East
northamerica-northeast1  10.162.0.0/20  Montréal, Québec, North America
northamerica-northeast2  10.188.0.0/20  Toronto, Ontario, North America
northamerica-south1      10.224.0.0/20  Queretaro, Mexico, North America
southamerica-east1       10.158.0.0/20  Osasco, São Paulo, Brazil, South America
southamerica-west1       10.194.0.0/20  Santiago, Chile, South America
us-central1              10.128.0.0/20  Council Bluffs, Iowa, North America
us-east1                 10.142.0.0/20  Moncks Corner, South Carolina, North America
us-east4                 10.150.0.0/20  Ashburn, Virginia, North America
us-east5                 10.202.0.0/20  Columbus, Ohio, North America
us-south1                10.206.0.0/20  Dallas, Texas, North America
us-west1                 10.138.0.0/20  The Dalles, Oregon, North America
us-west2                 10.168.0.0/20  Los Angeles, California, North America
us-west3                 10.180.0.0/20  Salt Lake City, Utah, North America
us-west4                 10.182.0.0/20  Las Vegas, Nevada, North America
`;

let byName: ReadonlyMap<string, CatalogueRegion> | undefined;

function table(): ReadonlyMap<string, CatalogueRegion> {
  byName ??= new Map(
    REGION_TABLE.trim()
      .split('\n')
      .map((line) => {
        const [name = '', autoSubnet = '', ...place] = line.split(/\s+/);
        const region: CatalogueRegion = {
          id: catalogueId('regions', name),
          creationTimestamp: BUILT_IN,
          name,
          description: name,
          status: 'UP',
          location: place.join(' '),
          autoSubnet,
        };
        return [name, region];
      }),
  );
  return byName;
}

/** Every region, ordered by name. */
export function regions(): readonly CatalogueRegion[] {
  return [...table().values()];
}

export function findRegion(name: string): CatalogueRegion | undefined {
  return table().get(name);
}

/** The names alone: whether a place in a path exists. */
export function regionNames(): ReadonlySet<string> {
  names ??= new Set(table().keys());
  return names;
}

let names: ReadonlySet<string> | undefined;
