//! The command line as people use it: one file of `tests/cmd/` for each case, and the README's blocks.

#[test]
fn commands() {
    trycmd::TestCases::new()
        .case("tests/cmd/*.toml")
        .case("README.md")
        .env("NO_COLOR", "1")
        .insert_var("[VERSION]", env!("CARGO_PKG_VERSION"))
        .unwrap();
}
