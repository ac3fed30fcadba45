import { python } from './python.ts';
import { storageMission } from './storage-mission.ts';

export default storageMission(python);
