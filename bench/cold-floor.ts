/** What the first verdict cannot do without: a client of the database, the requests, the library. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createBareVerdict } from './bare-verdict.ts';

const [rootFile = '', image = ''] = process.argv.slice(2);
const client = new DynamoDBClient({});
const bare = createBareVerdict(rootFile, image);
await bare.reach();
client.destroy();
process.exit(0);
