use super::*;
use crate::source::Sources;

/// The documents of a template, with what they are and what they say.
fn carried(yaml: &str) -> (Carried, Sources) {
    let sources = Sources::in_memory([("t.yaml", yaml)]);
    let file = sources.load("t.yaml").unwrap();
    (carry_yaml(&sources, file, true, &Parameters::default()), sources)
}

/// What the principals of the only statement come to, for each branch.
fn principals(rest: &str, principal: &str) -> Vec<(Option<String>, String)> {
    let yaml = format!(
        "{rest}\nResources:\n  Role: {{ Type: AWS::IAM::Role, Properties: {{ RoleName: app }} }}\n  Other: {{ Type: \
         AWS::IAM::Role }}\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Statement:\n          \
         Effect: Allow\n          Principal: {{ AWS: {principal} }}\n"
    );
    let (carried, _) = carried(&yaml);
    assert_eq!(carried.errors, [], "{yaml}");
    let said = |document: Document| {
        let principal = document.value.get("Statement").unwrap().get("Principal").unwrap().get("AWS");
        let text = principal.map_or_else(|| "nothing".to_owned(), show);
        (document.branch, text)
    };
    carried.documents.into_iter().map(said).collect()
}

fn show(value: &Value) -> String {
    match &value.kind {
        Kind::Text(text) => text.to_string(),
        Kind::Unknown(symbol) => format!("?{} ({})", symbol.reference, symbol.reason),
        Kind::List(items) => items.iter().map(show).collect::<Vec<_>>().join(", "),
        Kind::Number(number) => number.clone(),
        Kind::Bool(bool) => bool.to_string(),
        other => format!("{other:?}"),
    }
}

fn one(rest: &str, principal: &str) -> String {
    let mut all = principals(rest, principal);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).1
}

#[test]
fn references_come_to_the_same_as_in_terraform() {
    let cases = [
        ("!Ref AWS::AccountId", "?AWS::AccountId (known only to AWS)"),
        (
            "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:root",
        ),
        ("!GetAtt Role.Arn", "arn:${Role(partition)}:iam::${Role(account)}:role/app"),
        ("!GetAtt [Other, Arn]", "arn:${Other(partition)}:iam::${Other(account)}:role/${Other}"),
        ("{ 'Fn::GetAtt': [Role, Arn] }", "arn:${Role(partition)}:iam::${Role(account)}:role/app"),
        ("!Sub ['${A}-${!B}', { A: x }]", "x-${B}"),
        ("!Join [':', [a, !Ref AWS::Region, 12]]", "a:${AWS::Region}:12"),
        ("!Select [1, !Split [',', 'a,b,c']]", "b"),
        ("!Split [',', 'a,b']", "a, b"),
        ("!ImportValue shared-arn", "?shared-arn (another stack exports the value)"),
        ("!Sub '{{resolve:ssm:/a/b}}x'", "${resolve:ssm:/a/b}x"),
        ("!Ref Nothing", "?Nothing (nothing of this name is declared)"),
        ("!Ref AWS::NoValue", "nothing"),
        ("!Length [a, b]", "2"),
        ("!Select [3, !Cidr [10.0.0.0/16, 4, 8]]", "10.0.3.0/24"),
        ("{ 'Fn::Cidr': ['2001:db8::/56', '2', '64'] }", "2001:db8::/64, 2001:db8:0:1::/64"),
        ("!Cidr [!Ref Nothing, 4, 8]", "?Fn::Cidr (nothing of this name is declared)"),
        ("!Cidr [10.0.0.0/16, 4, 17]", "?Fn::Cidr (its arguments cannot be read)"),
        (
            "{ 'Fn::Transform': { Name: AWS::Include, Parameters: { Location: s3://a/b } } }",
            "?Fn::Transform (`AWS::Include` is applied on deployment)",
        ),
        ("!Transform { Name: Own, Parameters: {} }", "?Fn::Transform (`Own` is applied on deployment)"),
    ];
    for (principal, expected) in cases {
        assert_eq!(one("", principal), expected, "{principal}");
    }
}

#[test]
fn parameters_have_their_defaults() {
    let parameters = "Parameters:\n  A: { Type: String, Default: x }\n  L: { Type: CommaDelimitedList, Default: 'a, b' }\n  \
                      N: { Type: String }\n  S: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /a }";
    assert_eq!(one(parameters, "!Ref A"), "x");
    assert_eq!(one(parameters, "!Ref L"), "a, b");
    assert_eq!(one(parameters, "!Ref N"), "?N (the parameter has no default)");
    assert_eq!(one(parameters, "!Ref S"), "?S (it is looked up in the parameter store)");
    assert_eq!(one(parameters, "!Sub 'arn:${A}'"), "arn:x");
}

#[test]
fn mappings_are_looked_up() {
    let mappings = "Mappings:\n  M: { a: { k: 1, l: [x, y] }, b: { k: 1, l: z } }";
    assert_eq!(one(mappings, "!FindInMap [M, a, l]"), "x, y");
    assert_eq!(one(mappings, "!FindInMap [M, !Ref AWS::Region, k]"), "1");
    let reason = "the mapping is looked up with `${AWS::Region}`, which is not known";
    assert_eq!(one(mappings, "!FindInMap [M, !Ref AWS::Region, l]"), format!("?M ({reason})"));
    assert_eq!(one(mappings, "!FindInMap [M, c, l, { DefaultValue: d }]"), "d");
}

#[test]
fn an_undecided_condition_makes_branches() {
    let rest = "Parameters: { Env: { Type: String } }\nConditions:\n  Prod: !Equals [!Ref Env, prod]\n  Dev: !Equals \
                [!Ref Env, dev]\n  Both: !And [!Condition Prod, !Condition Dev]\n  No: !Not [!Condition Prod]";
    let branch = |label: &str, value: &str| (Some(label.to_owned()), value.to_owned());
    assert_eq!(
        principals(rest, "!If [Prod, p, !If [Dev, d, n]]"),
        [
            branch("`Prod` is true", "p"),
            branch("`Prod` is false and `Dev` is true", "d"),
            branch("`Prod` is false and `Dev` is false", "n"),
        ]
    );
    assert_eq!(
        principals(rest, "[!If [Prod, p, q], !If [No, n, m], !If [Both, x, !Ref AWS::NoValue]]"),
        [branch("`Prod` is true", "p, m"), branch("`Prod` is false and `Dev` is true", "q, n")]
            .into_iter()
            .chain([branch("`Prod` is false and `Dev` is false", "q, n")])
            .collect::<Vec<_>>()
    );
    let decided =
        "Parameters: { Env: { Type: String, Default: prod } }\nConditions:\n  Prod: !Equals [!Ref Env, prod]";
    assert_eq!(principals(decided, "!If [Prod, p, q]"), [(None, "p".to_owned())]);
}

#[test]
fn loops_are_expanded() {
    let yaml = "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Keys:\n    - Name\n    - [A, B]\n    - \
                Key${Name}:\n        Type: AWS::KMS::Key\n        Properties:\n          KeyPolicy:\n            \
                Statement: { Sid: !Sub 'for-${Name}', Principal: { AWS: !Ref Name } }\n";
    let (carried, _) = carried(yaml);
    let addresses: Vec<_> = carried.documents.iter().map(|it| it.address.clone().unwrap()).collect();
    assert_eq!(addresses, ["KeyA", "KeyB"]);
    let sids =
        carried.documents.iter().map(|it| show(it.value.get("Statement").unwrap().get("Sid").unwrap()));
    assert_eq!(sids.collect::<Vec<_>>(), ["for-A", "for-B"]);
}

/// After the forms that AWS documents: over several resources and nested, over properties, over outputs.
#[test]
fn documented_loops_are_expanded() {
    let nested = "Transform: AWS::LanguageExtensions\nParameters: { Teams: { Type: CommaDelimitedList, Default: 'a-1, b.2' } }\n\
                  Resources:\n  Fn::ForEach::Teams:\n    - Team\n    - !Ref Teams\n    - Fn::ForEach::Uses:\n        - Use\n        \
                  - [Log, Db]\n        - 'Role&{Team}${Use}': { Type: AWS::IAM::Role, Properties: { RoleName: !Sub '${Team}-${Use}' } }\n          \
                  'Key&{Team}${Use}':\n            Type: AWS::KMS::Key\n            Properties:\n              KeyPolicy: { Statement: \
                  [{ Sid: !Sub 'For&{Team}', Principal: { AWS: !GetAtt 'Role&{Team}${Use}.Arn' } }] }\n";
    let (found, _) = carried(nested);
    let said = |document: &Document| {
        let statement = &document.value.get("Statement").unwrap().as_list().unwrap()[0];
        format!("{} {}", document.address.as_deref().unwrap(), show(statement.get("Sid").unwrap()))
    };
    let said: Vec<_> = found.documents.iter().map(said).collect();
    assert_eq!(said, ["Keya1Log Fora1", "Keya1Db Fora1", "Keyb2Log Forb2", "Keyb2Db Forb2"]);

    let properties = "Transform: AWS::LanguageExtensions\nResources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      \
                      KeyPolicy: { Statement: [{ Sid: S, Condition: { StringEquals: { 'Fn::ForEach::Tags': [Tag, [team, env], \
                      { 'aws:PrincipalTag/${Tag}': !Sub 'my-${Tag}' }] } } }] }\n";
    let (found, _) = carried(properties);
    let statement = &found.documents[0].value.get("Statement").unwrap().as_list().unwrap()[0];
    let condition = statement.get("Condition").unwrap().get("StringEquals").unwrap().as_object().unwrap();
    let pairs: Vec<_> = condition.iter().map(|it| format!("{}={}", it.key, show(&it.value))).collect();
    assert_eq!(pairs, ["aws:PrincipalTag/team=my-team", "aws:PrincipalTag/env=my-env"]);

    let outputs = "Transform: AWS::LanguageExtensions\nResources:\n  Key: { Type: AWS::KMS::Key, Properties: { KeyPolicy: { \
                   Statement: [{ Sid: S, Principal: !Ref AWS::AccountId }] } } }\nOutputs:\n  Fn::ForEach::Values:\n    - Name\n    \
                   - [Arn, KeyId]\n    - 'Key${Name}': { Value: !GetAtt [Key, !Ref Name] }\n";
    let (found, _) = carried(outputs);
    assert_eq!((found.documents.len(), found.errors.len()), (1, 0));
}

/// Each property that carries a policy of IAM, in the forms it is written in.
#[test]
fn policies_of_iam_are_found() {
    let document = "{ Statement: [{ Effect: Allow, Action: 'kms:Decrypt', Resource: '*' }] }";
    let plain = |kind: &str| (kind.to_owned(), format!("{{ PolicyDocument: {document} }}"));
    let inline = |kind: &str| {
        (kind.to_owned(), format!("{{ Policies: [{{ PolicyName: p, PolicyDocument: {document} }}] }}"))
    };
    let set = |policy: &str| ("AWS::SSO::PermissionSet".to_owned(), format!("{{ InlinePolicy: {policy} }}"));
    let escaped = "'{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}}'";
    for (kind, properties) in [
        plain("AWS::IAM::Policy"),
        plain("AWS::IAM::ManagedPolicy"),
        plain("AWS::IAM::RolePolicy"),
        plain("AWS::IAM::UserPolicy"),
        plain("AWS::IAM::GroupPolicy"),
        inline("AWS::IAM::Role"),
        inline("AWS::IAM::User"),
        inline("AWS::IAM::Group"),
        set(document),
        set(escaped),
        set(&format!("!Sub {escaped}")),
    ] {
        let yaml = format!("Resources:\n  One: {{ Type: {kind}, Properties: {properties} }}\n");
        let (carried, _) = carried(&yaml);
        let found: Vec<_> = carried.documents.iter().map(|it| (it.role, it.address.as_deref())).collect();
        assert_eq!(found, [(Role::IdentityPolicy, Some("One"))], "{yaml}");
    }
}

#[test]
fn what_is_chosen_around_a_policy_makes_branches_too() {
    let template = |policy: &str| {
        format!(
            "Parameters: {{ P: {{ Type: String }} }}\nConditions: {{ C: !Equals [!Ref P, x] }}\nResources:\n  Key:\n    Type: \
             AWS::KMS::Key\n    Properties:\n      KeyPolicy: {policy}\n"
        )
    };
    let said = |policy: &str| -> Vec<String> {
        let (carried, _) = carried(&template(policy));
        assert_eq!(carried.errors, [], "{policy}");
        let said = |document: &Document| {
            let statements = document.value.get("Statement").and_then(Value::as_list).unwrap_or_default();
            let sids = statements.iter().map(|it| it.get("Sid").map_or_else(|| "no".to_owned(), show));
            let sids: Vec<String> = sids.collect();
            format!("{}: {}", document.branch.as_deref().unwrap_or("always"), sids.join(" "))
        };
        carried.documents.iter().map(said).collect()
    };
    let (yes, no) = ("`C` is true", "`C` is false");
    let whole = "!If [C, { Statement: [{ Sid: A }] }, { Statement: [{ Sid: B }, { Sid: D }] }]";
    assert_eq!(said(whole), [format!("{yes}: A"), format!("{no}: B D")]);
    let statement = "{ Statement: [{ Sid: A }, !If [C, { Sid: B }, !Ref AWS::NoValue], { Sid: !If [C, !If [C, X, Y], Z] }] }";
    assert_eq!(said(statement), [format!("{yes}: A B X"), format!("{no}: A Z")]);
    let element = "{ Statement: [{ Sid: !If [C, A, !Ref AWS::NoValue] }] }";
    assert_eq!(said(element), [format!("{yes}: A"), format!("{no}: no")]);
}

#[test]
fn properties_carry_terraforms_names() {
    let yaml = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Metadata: { 'aws:cdk:path': Stack/Key/Resource }\n    \
                Properties: { EnableKeyRotation: 'true', PendingWindowInDays: 7, KeySpec: RSA_2048 }\n  Alias:\n    Type: \
                AWS::KMS::Alias\n    Properties: { AliasName: alias/a, TargetKeyId: !Ref Key }\n";
    let (carried, _) = carried(yaml);
    let names = |at: usize| -> Vec<String> {
        let members = carried.resources[at].attributes.as_object().unwrap().iter();
        members.map(|member| format!("{}={}", member.key, show(&member.value))).collect()
    };
    assert_eq!(
        names(0),
        ["enable_key_rotation=true", "deletion_window_in_days=7", "customer_master_key_spec=RSA_2048"]
    );
    assert_eq!(names(1), ["name=alias/a", "target_key_id=?Key (it is known only after deployment)"]);
}

#[test]
fn what_is_generated_first_is_said_to_be_unknown() {
    let (carried, _) = carried("Resources:\n{% for k in keys %}\n  K: {Type: AWS::KMS::Key}\n{% endfor %}\n");
    assert!(carried.errors.is_empty());
    assert!(carried.documents[0].unresolved[0].whole);
}

#[test]
fn other_yaml_is_left_alone() {
    let sources = Sources::in_memory([("t.yaml", "kms: {{ x }}\nfoo: [\n")]);
    let carried = carry_yaml(&sources, sources.load("t.yaml").unwrap(), false, &Parameters::default());
    assert!(carried.documents.is_empty() && carried.errors.is_empty());
}

#[test]
fn policies_in_other_yaml_are_found() {
    let policy =
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}"#;
    for yaml in [
        format!("Policy: '{policy}'\nPolicyName: default\n"),
        format!("kind: Key\nspec:\n  policy: |\n    {policy}\n"),
        format!("kind: Key\nspec:\n  policy: {policy}\n"),
    ] {
        let (carried, sources) = carried(&yaml);
        assert_eq!(carried.documents.len(), 1, "{yaml}");
        let action = carried.documents[0].value.get("Statement").unwrap().as_list().unwrap()[0].get("Action");
        assert_eq!(sources.text(action.unwrap().span), "\"kms:*\"", "{yaml}");
    }
}

#[test]
fn given_parameters_go_before_defaults() {
    let template = "Parameters: { A: { Type: String, Default: x }, B: { Type: String } }\nResources:\n  Key:\n    Type: \
                    AWS::KMS::Key\n    Properties: { KeyPolicy: { Statement: [{ Sid: !Ref A, Principal: !Ref B }] } }\n";
    for given in [
        r#"[{"ParameterKey": "A", "ParameterValue": "a"}, {"ParameterKey": "B", "ParameterValue": "b"}]"#,
        r#"{"Parameters": {"A": "a", "B": "b"}, "Tags": {}}"#,
        "A: a\nB: b\n",
    ] {
        let sources = Sources::in_memory([("t.yaml", template), ("p", given)]);
        let mut parameters = Parameters::default();
        parameters.read(&sources, sources.load("p").unwrap()).unwrap();
        let carried = carry_yaml(&sources, sources.load("t.yaml").unwrap(), true, &parameters);
        let statements = carried.documents[0].value.get("Statement").unwrap().as_list().unwrap();
        assert_eq!(show(statements[0].get("Sid").unwrap()), "a", "{given}");
        assert_eq!(show(statements[0].get("Principal").unwrap()), "b", "{given}");
        assert_eq!(statements[0].get("Sid").unwrap().span.file, sources.load("p").unwrap());
    }
    let sources = Sources::in_memory([("p", "[1]"), ("q", "{")]);
    for path in ["p", "q"] {
        assert!(Parameters::default().read(&sources, sources.load(path).unwrap()).is_err());
    }
}

#[test]
fn a_template_in_flow_style_is_read_as_yaml() {
    let text = "{'Resources': {Key: {\"Type\": \"AWS::KMS::Key\", \"Properties\": {\"KeyPolicy\": {\"Statement\": [\
                {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": !Ref AWS::AccountId,},},],},},},},}";
    let (carried, _) = carried(text);
    assert_eq!(carried.errors, []);
    assert_eq!(carried.documents.len(), 1);
}

#[test]
fn a_default_may_be_looked_up_or_left_to_the_user() {
    let parameters = "Parameters:\n  L: { Type: String, Default: '{{resolve:ssm:/a}}' }\n  \
                      E: { Type: String, Default: '' }";
    assert_eq!(one(parameters, "!Ref L"), "?resolve:ssm:/a (it is looked up on deployment)");
    assert_eq!(one(parameters, "!Ref E"), "?parameter (it is empty by default)");
    assert_eq!(one(parameters, "!Sub 'arn:${E}'"), "arn:");
    assert_eq!(one(parameters, "!Base64 'a b'"), "YSBi");
}

#[test]
fn templates_in_strings_and_in_other_files_are_found() {
    let yaml = "- name: case\n  input:\n    Resources:\n      Key:\n        Type: AWS::KMS::Key\n        Properties:\n          \
                KeyPolicy: { Statement: [{ Principal: { AWS: !Ref AWS::AccountId } }] }\n";
    let (found, _) = carried(yaml);
    assert_eq!(found.documents.len(), 1);
    assert_eq!(found.documents[0].address.as_deref(), Some("Key"));

    let yaml = "Resources:\n  Set:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n      TemplateBody: |\n        \
                Resources:\n          Key:\n            Type: AWS::KMS::Key\n            Properties:\n              KeyPolicy: { \
                Statement: [{ Sid: 'ä \"b\"', Effect: Allow }] }\n";
    let (found, sources) = carried(yaml);
    assert_eq!(found.errors, []);
    let Kind::List(statements) = &found.documents[0].value.get("Statement").unwrap().kind else { panic!() };
    let span = statements[0].get("Effect").unwrap().span;
    assert_eq!(sources.file(span.file).slice(span.start, span.end), "Allow");
}

#[test]
fn functions_in_a_policy_without_a_template_are_evaluated() {
    let yaml = "Version: '2012-10-17'\nStatement:\n  - Effect: Allow\n    Principal: { AWS: !Join ['', ['arn:aws:iam::', \
                !Ref AWS::AccountId, ':root']] }\n    Action: kms:*\n    Resource: '*'\n";
    let (carried, _) = carried(yaml);
    let Kind::List(statements) = &carried.documents[0].value.get("Statement").unwrap().kind else { panic!() };
    let principal = statements[0].get("Principal").unwrap().get("AWS").unwrap();
    assert_eq!(show(principal), "arn:aws:iam::${AWS::AccountId}:root");
}

#[test]
fn policies_of_a_function_are_those_of_its_role() {
    let yaml = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies:\n        - \
                AWSLambdaBasicExecutionRole\n        - KMSDecryptPolicy: { KeyId: x }\n        - Statement: [{ Effect: Allow, \
                Action: 'kms:Decrypt', Resource: '*' }]\n";
    let (carried, _) = carried(yaml);
    let roles: Vec<_> = carried.documents.iter().map(|document| document.role).collect();
    assert_eq!(roles, [Role::IdentityPolicy]);
}

/// What the principals of a service's key come to.
fn of_service(resources: &str) -> Vec<String> {
    let service = "service: orders\nprovider: { name: aws, stage: \"${opt:stage, 'dev'}\" }\ncustom:\n  admin: \
                   arn:aws:iam::111122223333:role/admin\n  again: ${self:custom.admin}\n  which: admin\n  list: [a, '${self:custom.again}']\n  \
                   loop: ${self:custom.loop}\n";
    let yaml = format!("{service}{resources}");
    let key = |principal: &str| {
        format!(
            "Key:\n  Type: AWS::KMS::Key\n  Properties:\n    KeyPolicy: {{ Statement: [{{ Principal: {{ AWS: {principal} }} }}] }}\n"
        )
    };
    let (key, parts) = (
        key("'${self:custom.again}'"),
        format!("a: {{ Resources: {{}} }}\nb:\n  Resources:\n    {}", key("x").replace('\n', "\n    ")),
    );
    let sources = Sources::in_memory([
        ("app/serverless.yml", yaml.as_str()),
        ("app/key.yml", key.as_str()),
        ("app/parts.yml", parts.as_str()),
    ]);
    let file = sources.load("app/serverless.yml").unwrap();
    let carried = carry_yaml(&sources, file, true, &Parameters::default());
    assert_eq!(carried.errors, []);
    let principals = carried.documents.iter().map(|document| {
        show(
            document.value.get("Statement").unwrap().as_list().unwrap()[0]
                .get("Principal")
                .unwrap()
                .get("AWS")
                .unwrap(),
        )
    });
    principals.collect()
}

#[test]
fn variables_of_serverless_are_filled_in() {
    for (principal, expected) in [
        ("${self:custom.admin}", "arn:aws:iam::111122223333:role/admin"),
        ("x-${self:custom.again}", "x-arn:aws:iam::111122223333:role/admin"),
        ("${self:custom.list}", "a, arn:aws:iam::111122223333:role/admin"),
        ("${self:custom.none, 'x'}", "x"),
        ("${self:custom.none, self:custom.admin}", "arn:aws:iam::111122223333:role/admin"),
        ("${self:custom.none}", "?self:custom.none (the service does not set it)"),
        ("${self:custom.loop}", "?this (its variables stand for each other)"),
        ("${self:custom.${opt:stage}}", "?self:custom.${opt:stage} (its name depends on another variable)"),
        ("${self:custom.${self:custom.which}}", "arn:aws:iam::111122223333:role/admin"),
        ("${self:custom.none, ${self:custom.admin}}", "arn:aws:iam::111122223333:role/admin"),
        ("${file(${self:service}.yml)}", "?file(${self:service}.yml) (the file cannot be read)"),
        ("${opt:x, 'y'}", "?opt:x, 'y' (it is an option of the deployment)"),
        ("${env:X}", "?env:X (it is a variable of the environment)"),
        ("${ssm:/a}", "?ssm:/a (Serverless fills this in)"),
        ("${file(none.yml):a}", "?file(none.yml):a (the file cannot be read)"),
        ("arn:aws:iam::${aws:accountId}:root", "arn:aws:iam::${aws:accountId}:root"),
        ("arn:aws:iam::#{AWS::AccountId}:root", "arn:aws:iam::${AWS::AccountId}:root"),
        (
            "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${self:service}'",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/orders",
        ),
    ] {
        let quoted =
            if principal.starts_with('!') { principal.to_owned() } else { format!("\"{principal}\"") };
        let key = format!(
            "Key: {{ Type: AWS::KMS::Key, Properties: {{ KeyPolicy: {{ Statement: [{{ Principal: {{ AWS: {quoted} }} }}] }} }} }}"
        );
        assert_eq!(of_service(&format!("resources:\n  Resources:\n    {key}\n")), [expected], "{principal}");
        let list =
            format!("resources:\n  - Description: x\n  - Resources:\n      {key}\n  - Conditions: {{}}\n");
        assert_eq!(of_service(&list), [expected], "{principal}");
    }
}

#[test]
fn programs_that_make_keys_of_a_service_are_told() {
    let service = "service: a\nprovider: { name: aws }\n";
    for (resources, program, told) in [
        ("resources: ${file(keys.js)}", "AWS::KMS::Key", true),
        ("resources:\n  - ${file(./keys.js):all}", "AWS::KMS::Key", true),
        ("resources:\n  Resources:\n    Key: ${file(keys.js):key}", "AWS::KMS::Key", true),
        ("resources: ${file(keys.js)}", "AWS::S3::Bucket", false),
    ] {
        let yaml = format!("{service}{resources}\n");
        let sources = Sources::in_memory([("serverless.yml", yaml.as_str()), ("keys.js", program)]);
        let file = sources.load("serverless.yml").unwrap();
        let carried = carry_yaml(&sources, file, false, &Parameters::default());
        let unread = carried.documents.iter().flat_map(|document| &document.unresolved);
        let unread: Vec<&str> = unread.filter(|it| it.whole).map(|it| it.reference.as_str()).collect();
        assert_eq!(unread, if told { vec!["keys.js"] } else { vec![] }, "{resources}");
    }
}

#[test]
fn files_of_a_service_are_read() {
    let admin = "arn:aws:iam::111122223333:role/admin";
    assert_eq!(of_service("resources:\n  Resources: ${file(key.yml)}\n"), [admin]);
    assert_eq!(
        of_service(
            "resources:\n  - ${file(./parts.yml):a}\n  - ${file(parts.yml):b}\n  - Resources: ${file(key.yml)}\n"
        ),
        ["x", admin]
    );
    assert_eq!(of_service("resources: ${file(parts.yml):b}\n"), ["x"]);
    assert_eq!(of_service("resources: ${file(other.js)}\n"), [""; 0]);
}

#[test]
fn a_key_without_a_policy_has_the_one_of_aws() {
    let keys = "Conditions: { C: !Equals [!Ref P, x] }\nParameters: { P: { Type: String } }\nResources:\n  A: { Type: \
                AWS::KMS::Key }\n  B: { Type: AWS::KMS::Key, Properties: { EnableKeyRotation: true } }\n  C: { Type: \
                AWS::KMS::Key, Properties: { KeyPolicy: !Ref AWS::NoValue } }\n  D: { Type: AWS::KMS::ReplicaKey }\n";
    let (carried, _) = carried(keys);
    let said = |it: &Document| (it.address.clone().unwrap(), it.given);
    let found: Vec<_> = carried.documents.iter().map(said).collect();
    assert_eq!(found, ["A", "B", "C"].map(|name| (name.to_owned(), Given::Default)));
    let missing = carried.resources.iter().filter(|it| it.argument("policy").is_none());
    assert_eq!(missing.count(), 4);
}

#[test]
fn programs_of_pulumi_are_said_not_to_be_read() {
    let program = "name: keys\nruntime: yaml\nresources:\n  key:\n    type: aws:kms:Key\n    properties: { policy: '{}' }\n";
    let (carried, sources) = carried(program);
    let [document] = carried.documents.as_slice() else { panic!("{:?}", carried.documents) };
    assert_eq!(document.unresolved[0].reason, "kmslint does not read programs of Pulumi");
    assert_eq!(sources.text(document.attachment), "aws:kms:Key");
    assert_eq!(
        self::carried("name: x\nruntime: yaml\nresources: { a: { type: 'aws:s3:Bucket' } }\n")
            .0
            .documents
            .len(),
        0
    );
}

/// What `Fn::If` chooses among the policies of a role or a function, the list of them included.
#[test]
fn policies_of_iam_that_are_chosen_are_found() {
    let policy = "{ Statement: [{ Effect: Allow, Action: 'kms:Decrypt', Resource: '*' }] }";
    let (inline, none) = (format!("{{ PolicyName: p, PolicyDocument: {policy} }}"), "!Ref AWS::NoValue");
    let (role, function) = ("AWS::IAM::Role", "AWS::Serverless::Function");
    let (yes, no) = (Some("`C` is true"), Some("`C` is false"));
    for (kind, policies, expected) in [
        (role, format!("!If [C, [{inline}], {none}]"), vec![yes]),
        (role, format!("[!If [C, {inline}, {none}], {inline}]"), vec![yes, None]),
        (role, format!("[{{ 'Fn::If': [C, {none}, {inline}] }}]"), vec![no]),
        (role, format!("[{{ PolicyDocument: !If [C, {policy}, {none}] }}]"), vec![yes]),
        (role, format!("!If [C, [!If [C, {inline}, {none}]], [!If [C, {inline}, {none}]]]"), vec![yes]),
        (role, format!("!If [Never, [{inline}], {none}]"), vec![]),
        (function, format!("!If [C, {policy}, {none}]"), vec![yes]),
        (function, format!("[!If [C, {policy}, AWSLambdaBasicExecutionRole], x]"), vec![yes]),
    ] {
        let yaml = format!(
            "Parameters: {{ P: {{ Type: String }} }}\nConditions: {{ C: !Equals [!Ref P, x], Never: !Equals [a, b] \
             }}\nResources:\n  One: {{ Type: {kind}, Properties: {{ Policies: {policies} }} }}\n"
        );
        let (carried, _) = carried(&yaml);
        let found: Vec<_> = carried.documents.iter().map(|it| it.branch.as_deref()).collect();
        assert_eq!(found, expected, "{yaml}");
    }
}

#[test]
fn a_macro_among_the_properties_may_add_the_policy() {
    let transform = "Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://a/b } }";
    let key = |rest: &str| {
        format!("Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      {transform}\n{rest}")
    };
    let (found, _) = carried(&key(""));
    assert_eq!(found.documents[0].given, Given::Expression);
    assert_eq!(found.documents[0].unresolved[0].reason, "`AWS::Include` is applied on deployment");
    for argument in ["policy", "enable_key_rotation"] {
        assert!(matches!(found.resources[0].argument(argument).unwrap().kind, Kind::Unknown(_)));
    }
    let (found, _) = carried(&key("      KeyPolicy: { Statement: [{ Sid: S }] }\n"));
    assert_eq!(found.documents[0].unresolved, []);
}

#[test]
fn what_an_engine_fills_in_is_no_mistake() {
    for text in [
        "{% set x = 1 %}\nResources:\n  K: {Type: AWS::KMS::Key}\n",
        "{{- if .Values.kms }}\nResources:\n  K: {Type: AWS::KMS::Key}\n{{- end }}\n",
        "Resources:\n  K:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy: {{ policy }}\n",
    ] {
        let (carried, _) = carried(text);
        assert_eq!(carried.errors, [], "{text}");
        assert!(carried.documents[0].unresolved[0].whole, "{text}");
    }
}

#[test]
fn resources_that_loops_make_are_referred_to() {
    let template = |principal: &str| {
        format!(
            "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Roles:\n    - N\n    - [A, B]\n    - 'Role${{N}}': \
             {{ Type: AWS::IAM::Role, Properties: {{ RoleName: !Sub 'app-${{N}}' }} }}\n  Fn::ForEach::Odd: [N, [!Ref RoleA], \
             {{ 'X${{N}}': {{ Type: AWS::KMS::Alias }} }}]\n  Fn::ForEach::Keys:\n    - N\n    - [A]\n    - 'Key${{N}}':\n        \
             Type: AWS::KMS::Key\n        Properties: {{ KeySpec: RSA_2048, KeyPolicy: {{ Statement: [{{ Principal: {{ AWS: {principal} }} }}] }} }}\n"
        )
    };
    for (principal, expected) in [
        ("!GetAtt RoleB.Arn", "arn:${RoleB(partition)}:iam::${RoleB(account)}:role/app-B"),
        ("!GetAtt [!Sub 'Role${N}', Arn]", "arn:${RoleA(partition)}:iam::${RoleA(account)}:role/app-A"),
        ("!Ref RoleA", "app-A"),
        ("!Ref RoleC", "?RoleC (nothing of this name is declared)"),
    ] {
        let (carried, _) = carried(&template(principal));
        let statement = &carried.documents[0].value.get("Statement").unwrap().as_list().unwrap()[0];
        assert_eq!(show(statement.get("Principal").unwrap().get("AWS").unwrap()), expected);
    }
}

#[test]
fn branches_that_cannot_be_are_left_out() {
    let conditions = "Parameters: { Env: { Type: String, AllowedValues: [prod, dev] }, P: { Type: String } }\nConditions:\n  \
                      Prod: !Equals [!Ref Env, prod]\n  Dev: !Equals [dev, !Ref Env]\n  Test: !Equals [!Ref Env, test]\n  \
                      Again: !Equals [!Ref Env, prod]\n  Nowhere: !Equals [!Ref AWS::Region, '']\n  X: !Equals [!Ref P, x]";
    let said = |principal: &str| -> Vec<String> {
        principals(conditions, principal).into_iter().map(|(_, said)| said).collect()
    };
    assert_eq!(said("!If [Prod, p, !If [Dev, d, n]]"), ["p", "d"]);
    assert_eq!(said("!If [Test, t, n]"), ["n"]);
    assert_eq!(said("[!If [Prod, p, q], !If [Again, p, q]]"), ["p, p", "q, q"]);
    assert_eq!(said("!If [Nowhere, n, r]"), ["r"]);
    assert_eq!(said("!If [X, x, y]"), ["x", "y"]);
}

#[test]
fn variables_of_serverless_in_a_part_of_a_service_are_unknown() {
    for (principal, expected) in [
        ("${self:service}", "${self:service}"),
        (
            "arn:aws:iam::${aws:accountId}:role/${opt:stage, 'x'}",
            "arn:aws:iam::${aws:accountId}:role/${opt:stage, 'x'}",
        ),
        ("${aws:username}-${kms:ViaService}", "${aws:username}-${kms:ViaService}"),
    ] {
        let yaml = format!(
            "Resources:\n  K: {{ Type: AWS::KMS::Key, Properties: {{ KeyPolicy: {{ Statement: [{{ Principal: \"{principal}\" }}] }} }} }}\n"
        );
        let (carried, sources) = carried(&yaml);
        let principal =
            carried.documents[0].value.get("Statement").unwrap().as_list().unwrap()[0].get("Principal");
        assert_eq!(show(principal.unwrap()), expected);
        let symbols = principal.unwrap().as_text().unwrap().pieces.iter();
        let unknown = symbols.filter_map(|it| match it {
            crate::value::Piece::Unknown { span, .. } => Some(sources.text(*span)),
            crate::value::Piece::Known { .. } => None,
        });
        let unknown: Vec<String> = unknown.collect();
        assert_eq!(unknown.is_empty(), expected.starts_with("${aws:username"), "{unknown:?}");
        assert!(unknown.iter().all(|text| text.starts_with("${") && text.ends_with('}')), "{unknown:?}");
    }
    let (carried, _) = carried(
        "Resources:\n  K: { Type: AWS::KMS::Key, Properties: { KeyPolicy: '${file(policy.json)}' } }\n",
    );
    assert_eq!(carried.errors, []);
    assert!(carried.documents[0].unresolved[0].whole);
}
