const ZONES = new Set(['asia-northeast3-a', 'asia-northeast3-b', 'us-central1-a']);
export const zoneNames = (): ReadonlySet<string> => ZONES;
export const regionNames = (): ReadonlySet<string> => new Set(['asia-northeast3', 'us-central1']);
