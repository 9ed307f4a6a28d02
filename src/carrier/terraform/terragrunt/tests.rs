use crate::carrier::Carried;
use crate::carrier::terraform::carry;
use crate::source::Sources;

/// A module with a policy of its caller's, and what a unit of Terragrunt makes of it.
fn unit(unit: &str, more: &[(&str, &str)]) -> Carried {
    let module =
        "variable \"policy\" { default = null }\nresource \"aws_kms_key\" \"k\" { policy = var.policy }\n";
    let mut files = vec![("module/main.tf", module), ("live/terragrunt.hcl", unit)];
    files.extend(more);
    let sources = Sources::in_memory(files);
    carry(&sources, &["live/terragrunt.hcl".to_owned(), "module".to_owned()])
}

/// What the policy of the only key is not known for; `known` if it is.
fn not_known(carried: &Carried) -> String {
    assert_eq!(carried.errors, []);
    let [document] = carried.documents.as_slice() else { panic!("{:?}", carried.documents) };
    let unresolved = document.unresolved.first();
    unresolved.map_or_else(|| "known".to_owned(), |it| format!("{}: {}", it.reference, it.reason))
}

#[test]
fn inputs_of_terragrunt_are_the_arguments_of_its_module() {
    let source = "terraform { source = \"../module\" }\n";
    let elsewhere = "inputs.policy: a file that is included, or values that are merged, may set it";
    let include = "include \"root\" { path = find_in_parent_folders(\"root.hcl\") }\n";
    let cases = [
        ("inputs = { policy = \"{}\" }", "known"),
        ("inputs = { other = 1 }", "known"),
        (
            "inputs = { \"policy\" = dependency.a.outputs.policy }",
            "dependency.a.outputs.policy: another unit returns it",
        ),
        ("inputs = merge(local.a, { policy = \"{}\" })", "known"),
        ("inputs = merge({ policy = \"{}\" }, local.a)", elsewhere),
        ("inputs = local.a", elsewhere),
        ("locals { p = \"{}\" }\ninputs = { policy = local.p }", "known"),
        (
            "locals { e = read_terragrunt_config(\"e.hcl\") }\ninputs = { policy = local.e.locals.p }",
            "read_terragrunt_config(\"e.hcl\").locals.p: `read_terragrunt_config` is not evaluated",
        ),
        ("inputs = { policy = file(\"${get_terragrunt_dir()}/p.json\") }", "known"),
    ];
    for (inputs, expected) in cases {
        let files = [("live/p.json", "{}"), ("root.hcl", "inputs = { tags = {} }")];
        assert_eq!(not_known(&unit(&format!("{source}{inputs}"), &files)), expected, "{inputs}");
        assert_eq!(not_known(&unit(&format!("{source}{include}{inputs}"), &files)), expected, "{inputs}");
    }
    for (root, expected) in [
        ("inputs = { policy = \"{}\" }", "known"),
        ("inputs = merge(local.a, { policy = \"{}\" })", "known"),
        ("inputs = merge({}, local.a)", elsewhere),
    ] {
        let carried = unit(&format!("{source}{include}"), &[("root.hcl", root)]);
        assert_eq!(not_known(&carried), expected, "{root}");
        let carried =
            unit(&format!("{source}{include}inputs = {{ policy = \"{{}}\" }}"), &[("root.hcl", root)]);
        assert_eq!(not_known(&carried), "known", "{root}");
    }
    assert_eq!(not_known(&unit(&format!("{source}{include}"), &[])), elsewhere);
}

#[test]
fn sources_of_terragrunt_are_followed_or_said_not_to_be() {
    let policy = "\ninputs = { policy = jsonencode({ Statement = [{ Action = \"kms:*\" }] }) }";
    let unread = |source: &str| format!("{source}: kmslint cannot read the module that the unit calls");
    for (source, expected) in [
        ("../module", "known".to_owned()),
        ("..//module", "known".to_owned()),
        ("${get_terragrunt_dir()}/../module", "known".to_owned()),
        ("${dirname(find_in_parent_folders(\"root.hcl\"))}/module", "known".to_owned()),
        ("git::https://git.example.com/data.git", unread("git::https://git.example.com/data.git")),
        ("${local.x}/a", unread("${local.x}/a")),
        (
            "git::https://git.example.com/kms.git?ref=v1",
            "git::https://git.example.com/kms.git?ref=v1: the module is not in the tree, and its arguments are not \
             known to kmslint"
                .to_owned(),
        ),
        ("tfr:///cloudposse/kms-key/aws?version=0.12.2", "known".to_owned()),
    ] {
        let sources = Sources::in_memory([
            ("root.hcl", ""),
            ("module/main.tf", "variable \"policy\" {}\nresource \"aws_kms_key\" \"k\" { policy = var.policy }\n"),
            ("live/terragrunt.hcl", &format!("terraform {{\n  source = \"{source}\"\n}}{policy}")),
        ]);
        let carried = carry(&sources, &["live/terragrunt.hcl".to_owned()]);
        assert_eq!(not_known(&carried), expected, "{source}");
    }
    // Nothing is said of units that have nothing to do with keys, nor of files that units include.
    for text in [
        "inputs = { a = 1 }",
        "terraform { source = \"tfr:///a/b/c\" }",
        "remote_state { backend = \"s3\" }",
        "a = [",
    ] {
        let sources = Sources::in_memory([("terragrunt.hcl", text)]);
        let carried = carry(&sources, &["terragrunt.hcl".to_owned()]);
        assert_eq!((carried.documents.len(), carried.errors), (0, vec![]), "{text}");
    }
}

#[test]
fn a_unit_of_terragrunt_beside_its_module_stands_for_it() {
    let module = "variable \"policy\" {}\nresource \"aws_kms_key\" \"k\" { policy = var.policy }\n";
    let sources =
        Sources::in_memory([("a/main.tf", module), ("a/terragrunt.hcl", "inputs = { policy = \"{}\" }")]);
    let carried = carry(&sources, &["a".to_owned(), "a/terragrunt.hcl".to_owned()]);
    assert_eq!(not_known(&carried), "known");
    assert_eq!(carried.documents[0].address.as_deref(), Some("a:aws_kms_key.k"));
}

/// The `Id` of the policy that a unit's key has, with what other files say.
fn id(unit_text: &str, more: &[(&str, &str)]) -> String {
    let carried = unit(unit_text, more);
    assert_eq!(carried.errors, []);
    let [document] = carried.documents.as_slice() else { panic!("{:?}", carried.documents) };
    match document.value.get("Id").and_then(crate::value::Value::as_text) {
        Some(id) => id.to_string(),
        None => not_known(&carried),
    }
}

#[test]
fn files_that_a_unit_includes_or_reads_are_evaluated() {
    let elsewhere = "inputs.policy: a file that is included, or values that are merged, may set it";
    let source = "terraform { source = \"../module\" }\n";
    let include =
        |rest: &str| format!("include \"root\" {{\n path = find_in_parent_folders(\"root.hcl\")\n{rest}}}\n");
    let of = |id: &str| format!("inputs = {{ policy = jsonencode({{ Id = {id} }}) }}\n");
    let root = format!(
        "locals {{\n name = \"root\"\n folder = get_terragrunt_dir()\n env = read_terragrunt_config(find_in_parent_folders(\"env.hcl\"))\n}}\n{}",
        of("local.name").replace("{ policy", "{\n a = \"in root\"\n policy")
    );
    let env = "locals {\n name = \"env\"\n folder = get_terragrunt_dir()\n again = read_terragrunt_config(\"env.hcl\")\n}\ninputs = { a = \"input\" }\n";
    let files = [
        ("root.hcl", root.as_str()),
        ("live/env.hcl", ""),
        ("env.hcl", env),
        ("other.hcl", "inputs = { policy = \"{}\" }"),
    ];
    let read = "locals { e = read_terragrunt_config(find_in_parent_folders(\"env.hcl\")) }\n";
    let computed =
        "include \"root\" { path = \"${dirname(find_in_parent_folders(\"root.hcl\"))}/root.hcl\" }\n";
    let more = "locals {\n more = { b = 1 }\n p = { policy = jsonencode({ Id = \"merged\" }) }\n}\n";
    let unknown = "include \"other\" { path = local.where }\n";
    let twice = "include \"other\" { path = \"../other.hcl\" }\n";
    for (text, expected) in [
        (format!("{source}{}", include("")), "root"),
        (format!("{source}{}{}", include(""), of("\"own\"")), "own"),
        (format!("{source}{}{twice}", include("")), elsewhere),
        (format!("{source}{}{unknown}", include("")), elsewhere),
        (format!("{source}{computed}"), "root"),
        (format!("{source}{more}{}inputs = merge(local.more, {{ c = 1 }})", include("")), "root"),
        (format!("{source}{more}{}inputs = merge({{ policy = 1 }}, local.p)", include("")), "merged"),
        (format!("{source}{}", include("merge_strategy = \"no_merge\"\n")), "known"),
        (format!("{source}{}{}", include(""), of("include.root.locals.name")), "root"),
        (format!("{source}{}{}", include(""), of("include.root.locals.folder")), "live"),
        (format!("{source}{}{}", include(""), of("include.root.locals.env.locals.name")), "env"),
        (format!("{source}{}{}", include(""), of("include.root.inputs.a")), "in root"),
        (
            format!("{source}{}{}", include(""), of("include.none.locals.name")),
            "include.none.locals.name: an included file holds it",
        ),
        (format!("{source}{read}{}", of("local.e.locals.name")), "env"),
        (format!("{source}{read}{}", of("local.e.inputs.a")), "input"),
        (format!("{source}{read}{}", of("local.e.locals.folder")), "."),
        (format!("{source}{read}{}", of("local.e.locals.none")), "none: there is no such attribute"),
    ] {
        assert_eq!(id(&text, &files), expected, "{text}");
    }
    // The file that is included may name the module: from itself, or from the unit.
    for from in ["module", "../module", "${dirname(find_in_parent_folders(\"root.hcl\"))}/module"] {
        let root = format!("terraform {{\n source = \"{from}\"\n}}\n");
        let text = format!("{}{}", include(""), of("\"own\""));
        assert_eq!(id(&text, &[("root.hcl", &root)]), "own", "{from}");
    }
    let root = "terraform {\n source = \"tfr:///cloudposse/kms-key/aws?version=0.12.2\"\n}\n";
    let text = format!("{}{}", include(""), of("\"own\""));
    let sources = Sources::in_memory([("root.hcl", root), ("live/terragrunt.hcl", &text)]);
    assert_eq!(not_known(&carry(&sources, &["live/terragrunt.hcl".to_owned()])), "known");
}
