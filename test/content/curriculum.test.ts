import { describe, expect, it } from 'vitest';
import { languages } from '../../src/content/compiled.ts';
import { loadContent } from '../../src/content/load.ts';
import { namesOfProduct, namesOfTerm } from '../../src/content/names.ts';
import { findNamed } from '../../src/tutor/lookup.ts';
import { packageRoot } from '../support/host.ts';

/*
 * What the lessons have to explain: everything that students of these subjects meet in their notes
 * and in older texts. A product is found by `compare`, a word by `glossary`; what is only
 * an example of something stands somewhere in a lesson.
 */

const content = loadContent(packageRoot);

describe.each(languages)('in %s', (language) => {
  const { terms, products } = content.terms(language);
  const productsNamed = (name: string) => findNamed(products, namesOfProduct, name);
  const termsNamed = (name: string) => findNamed(terms, namesOfTerm, name);

  describe('products that have equivalents on other clouds', () => {
    it.each([
      ...['Compute Engine', 'EC2', 'Virtual Machines', 'Spot VM', 'EC2 Spot', 'preemptible'],
      ...[
        'Managed instance group',
        'Auto Scaling group',
        'VM Scale Sets',
        'Virtual Machine Scale Sets',
      ],
      ...['Batch', 'AWS Batch', 'Azure Batch', 'App Engine', 'Elastic Beanstalk', 'App Service'],
      ...[
        'Cloud Run functions',
        'Cloud Functions',
        'Lambda',
        'Azure Functions',
        'Cloud Run',
        'Fargate',
      ],
      ...['ECS', 'App Runner', 'Container Apps', 'GKE', 'EKS', 'AKS'],
      ...['Artifact Registry', 'Container Registry', 'ECR', 'Cloud Storage', 'S3', 'Blob Storage'],
      ...[
        'Persistent Disk',
        'Hyperdisk',
        'EBS',
        'Managed Disks',
        'Cloud SQL',
        'AlloyDB',
        'RDS',
        'Aurora',
      ],
      ...['Azure SQL Database', 'BigQuery', 'Redshift', 'Athena', 'Synapse', 'Fabric Warehouse'],
      ...['Dataproc', 'EMR', 'Managed Service for Apache Spark', 'HDInsight'],
      ...['Vertex AI', 'Gemini Enterprise Agent Platform', 'SageMaker', 'SageMaker AI', 'Bedrock'],
      ...[
        'Microsoft Foundry',
        'Azure Machine Learning',
        'TPU',
        'VPC',
        'VNet',
        'security group',
        'NSG',
      ],
      ...['Cloud NAT', 'NAT gateway', 'service account', 'IAM role', 'managed identity'],
      ...[
        'Cloud Build',
        'Cloud Deploy',
        'CodeBuild',
        'CodePipeline',
        'Azure Pipelines',
        'GitHub Actions',
      ],
      ...['Cloud CDN', 'CloudFront', 'Front Door', 'Elastic IP', 'ELB', 'AMI', 'Savings Plans'],
    ])('%s', (name) => {
      expect(productsNamed(name)).not.toEqual([]);
    });
  });

  describe('words that a newcomer meets', () => {
    it.each([
      ...[
        'localhost',
        'IDC',
        'managed service',
        'region',
        'zone',
        'project ID',
        'free tier',
        'free trial',
      ],
      ...[
        'shared responsibility',
        'IaaS',
        'PaaS',
        'serverless',
        'instance',
        'machine type',
        'vCPU',
        'image',
      ],
      ...[
        'scale up',
        'scale out',
        'on-demand',
        'autoscaling',
        'key pair',
        'OS Login',
        'local SSD',
        'snapshot',
      ],
      ...[
        'microservice',
        'trigger',
        'cold start',
        'concurrency',
        'idempotency',
        'Serverless Framework',
      ],
      ...[
        'container',
        'container image',
        'registry',
        'stateless',
        'task definition',
        'task',
        'service',
        'cluster',
      ],
      ...[
        'sidecar',
        'Docker Compose',
        'Docker',
        'Docker Hub',
        'Kubernetes',
        'bucket',
        'object',
        'blob',
      ],
      ...[
        'signed URL',
        'pickle',
        'soft delete',
        'storage class',
        'transaction',
        'index',
        'replica',
        'OLTP',
        'OLAP',
      ],
      ...[
        'data warehouse',
        'ETL',
        'Hadoop',
        'Spark',
        'partition',
        'MLOps',
        'endpoint',
        'batch prediction',
      ],
      ...[
        'notebook',
        'GPU',
        'subnet',
        'CIDR',
        'route',
        'firewall rule',
        'NAT',
        'private IP',
        'load balancer',
      ],
      ...[
        'principal',
        'role',
        'service account key',
        'Application Default Credentials',
        'impersonation',
      ],
      ...['Workload Identity Federation', 'organization policy', 'CI', 'continuous delivery'],
      ...[
        'continuous deployment',
        'staging',
        'production',
        'rollback',
        'artifact',
        'Jenkins',
        'Travis CI',
      ],
      ...['Terraform', 'budget', 'egress', 'CDN'],
    ])('%s', (name) => {
      expect([...termsNamed(name), ...productsNamed(name)]).not.toEqual([]);
    });
  });

  describe('examples', () => {
    const text = JSON.stringify(content.lessons().map(({ id }) => content.lesson(id, language)));

    it.each([
      ...[
        'TensorFlow',
        'CUDA',
        'Jupyter',
        'MySQL',
        'PostgreSQL',
        'FastAPI',
        'Next.js',
        'Node.js',
        '.NET',
      ],
      ...['e2-micro', 'safetensors', 'Redis', 'OpenTofu', 'Parquet', 'Express Mode'],
    ])('%s', (name) => {
      // Not `toContain`, which would print twelve lessons.
      expect(text.includes(name), `no lesson mentions ${name}`).toBe(true);
    });
  });
});
