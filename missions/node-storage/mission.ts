import { storageMission } from '../python-storage/storage-mission.ts';
import { node } from './node.ts';

export default storageMission(node);
