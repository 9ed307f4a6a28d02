// Keys as CDK users write them. `scripts/record-cdk` synthesizes the templates beside this file.

const cdk = require("aws-cdk-lib");
const { aws_cloudtrail, aws_dynamodb, aws_iam, aws_kms, aws_logs, aws_s3, aws_s3_notifications } = cdk;
const { aws_secretsmanager, aws_sns, aws_sns_subscriptions, aws_sqs } = cdk;

const OWNER = "111122223333";
const PARTNER = "444455556666";

/** A key that roles of its own account use and administer. */
class Roles extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const key = new aws_kms.Key(this, "Data", {
      alias: "alias/data",
      enableKeyRotation: true,
      pendingWindow: cdk.Duration.days(30),
    });
    const role = (name) =>
      new aws_iam.Role(this, name, { assumedBy: new aws_iam.ServicePrincipal("lambda.amazonaws.com") });
    key.grantEncryptDecrypt(role("Writer"));
    key.grantDecrypt(role("Reader"));
    key.grantAdmin(role("Administrator"));

    const signing = new aws_kms.Key(this, "Signing", {
      keySpec: aws_kms.KeySpec.ECC_NIST_P256,
      keyUsage: aws_kms.KeyUsage.SIGN_VERIFY,
    });
    signing.grantSign(role("Signer"));
    signing.grantVerify(role("Verifier"));

    const mac = new aws_kms.Key(this, "Mac", {
      keySpec: aws_kms.KeySpec.HMAC_256,
      keyUsage: aws_kms.KeyUsage.GENERATE_VERIFY_MAC,
    });
    mac.grantGenerateMac(role("Generator"));

    // An administrator named to the constructor gets a statement in the key policy.
    new aws_kms.Key(this, "Administered", {
      enableKeyRotation: true,
      admins: [aws_iam.Role.fromRoleArn(this, "Operator", `arn:aws:iam::${OWNER}:role/operator`)],
    });
    new aws_kms.Key(this, "MultiRegion", { enableKeyRotation: true, multiRegion: true });
  }
}

/** Keys that another account may use. */
class Accounts extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const key = new aws_kms.Key(this, "Shared", { enableKeyRotation: true });
    key.grantDecrypt(new aws_iam.AccountPrincipal(PARTNER));

    const imported = aws_iam.Role.fromRoleArn(this, "Partner", `arn:aws:iam::${PARTNER}:role/import`);
    new aws_kms.Key(this, "Exchange", { enableKeyRotation: true }).grantEncryptDecrypt(imported);

    const organization = new aws_kms.Key(this, "Organization", { enableKeyRotation: true });
    organization.grantDecrypt(new aws_iam.OrganizationPrincipal("o-a1b2c3d4e5"));
  }
}

/** Keys that services use. */
class Services extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const key = (name) => new aws_kms.Key(this, name, { enableKeyRotation: true });
    const reader = new aws_iam.Role(this, "Reader", {
      assumedBy: new aws_iam.ServicePrincipal("lambda.amazonaws.com"),
    });

    const bucket = new aws_s3.Bucket(this, "Bucket", {
      encryption: aws_s3.BucketEncryption.KMS,
      encryptionKey: key("BucketKey"),
    });
    bucket.grantReadWrite(reader);

    const secret = new aws_secretsmanager.Secret(this, "Secret", { encryptionKey: key("SecretKey") });
    secret.grantRead(reader);

    const table = new aws_dynamodb.Table(this, "Table", {
      partitionKey: { name: "id", type: aws_dynamodb.AttributeType.STRING },
      encryption: aws_dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key("TableKey"),
    });
    table.grantReadData(reader);

    const logs = key("LogsKey");
    const group = new aws_logs.LogGroup(this, "Logs", { encryptionKey: logs, logGroupName: "/app" });
    logs.grantEncryptDecrypt(
      new aws_iam.ServicePrincipal(`logs.${this.region}.amazonaws.com`).withConditions({
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${this.partition}:logs:${this.region}:${this.account}:log-group:/app`,
        },
      }),
    );
    group.node.addDependency(logs);

    const alarms = key("AlarmsKey");
    new aws_sns.Topic(this, "Alarms", { masterKey: alarms });
    alarms.grant(
      new aws_iam.ServicePrincipal("cloudwatch.amazonaws.com").withConditions({
        StringEquals: { "aws:SourceAccount": this.account },
      }),
      "kms:Decrypt",
      "kms:GenerateDataKey*",
    );
  }
}

/** Keys to which constructs of CDK add service principals by themselves. */
class Wired extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const key = (name) => new aws_kms.Key(this, name, { enableKeyRotation: true });

    new aws_cloudtrail.Trail(this, "Trail", { encryptionKey: key("TrailKey") });

    const queue = new aws_sqs.Queue(this, "Queue", { encryptionMasterKey: key("QueueKey") });
    new aws_s3.Bucket(this, "Inbox").addEventNotification(
      aws_s3.EventType.OBJECT_CREATED,
      new aws_s3_notifications.SqsDestination(queue),
    );

    const topic = new aws_sns.Topic(this, "Topic");
    const subscribed = new aws_sqs.Queue(this, "Subscribed", { encryptionMasterKey: key("SubscribedKey") });
    topic.addSubscription(new aws_sns_subscriptions.SqsSubscription(subscribed));
  }
}

const app = new cdk.App({
  analyticsReporting: false,
  // As `cdk init` sets them.
  postCliContext: {
    "@aws-cdk/aws-kms:aliasNameRef": true,
    "@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope": true,
    "@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption": true,
    "@aws-cdk/core:enablePartitionLiterals": true,
  },
});
new Roles(app, "roles");
new Accounts(app, "accounts");
new Accounts(app, "accounts-of-owner", { env: { account: OWNER, region: "eu-central-1" } });
new Services(app, "services");
new Wired(app, "wired");
