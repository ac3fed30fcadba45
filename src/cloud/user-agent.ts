import { version } from '../version.ts';

/**
 * How requests of cloudlab itself are told from those of a learner's tools, in the sandbox and in
 * a project's audit log: their user agent begins with this.
 */
export const ownUserAgent = `cloudlab/${version}`;

/** A tool by the user agent of its requests, as people call it; the agent's first word where it is unknown. */
export function toolOf(userAgent: string): string {
  return tools.find(([pattern]) => pattern.test(userAgent))?.[1] ?? firstWord(userAgent);
}

/** The most particular first: gcloud is written in Python, and Terraform in Go. */
const tools: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^cloudlab\//, 'cloudlab'],
  [/\bgsutil\//, 'gsutil'],
  [/\b(?:google-cloud-sdk|gcloud\/\d)/, 'gcloud'],
  [/\bterraform/i, 'Terraform'],
  [/\b(?:aws-cli|aws-sdk|boto3|botocore)\b/i, 'aws'],
  [/^curl\//, 'curl'],
  [/^wget/i, 'wget'],
  [
    /\b(?:gl-python|gcloud-python|python-requests|python-urllib|python-httplib)\b|\bpython\//i,
    'Python',
  ],
  [
    /\b(?:gl-node|gcloud-node\S*|google-api-nodejs-client|gaxios|node-fetch|undici)\b|^node\b/,
    'Node',
  ],
  [/\b(?:gl-java|google-api-java-client|gcloud-java|java)\//i, 'Java'],
  [/\b(?:gl-go|gcloud-golang|go-http-client|google-api-go-client)\b/i, 'Go'],
  [/\bPowerShell\//i, 'PowerShell'],
  [/^Mozilla\//, 'web page'],
];

const firstWord = (userAgent: string): string => /^[\w.-]+/.exec(userAgent)?.[0] ?? '';
