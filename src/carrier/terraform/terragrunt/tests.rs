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
    for root in ["inputs = { policy = \"{}\" }", "inputs = merge({}, local.a)"] {
        let carried = unit(&format!("{source}{include}"), &[("root.hcl", root)]);
        assert_eq!(not_known(&carried), elsewhere, "{root}");
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
