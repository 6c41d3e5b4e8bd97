use super::prelude::*;

rule! {
    /// A name or an address holds characters that do not show, turn the direction of the text, or look like others.
    ///
    /// The line reads as one thing and means another: `lodash` with a Cyrillic `о`, an address with a hidden line break, a name that runs backwards.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "dependencies": { "lоdash": "1.0.0" }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "dependencies": { "lodash": "1.0.0" }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Write it with plain letters; if you did not write it yourself, see who did.
    MISLEADING_TEXT = {
        id: "misleading-text",
        threat: 5,
        severity: Error,
        summary: "a name or address that does not read as it is",
        fixable: No,
        needs: Files,
        checks: [Package(package), Dependency(dependency), Settings(settings)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    let fields = [Some(&package.key), Some(&package.name), package.version.as_ref(), package.source.as_ref()];
    let mut told = Span::at(0);
    for field in fields.into_iter().flatten() {
        if !told.contains(field.span) && text(field, cx) {
            told = field.span;
        }
    }
}

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    text(&dependency.name, cx);
    text(&dependency.spec, cx);
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    for setting in &settings.entries {
        text(&setting.key, cx);
        if setting.value.contains("://") {
            text(&setting.value, cx);
        }
    }
}

/// Gives whether there was something to tell.
fn text(value: &Spanned<smol_str::SmolStr>, cx: &mut Cx<'_>) -> bool {
    let plain = value.bytes().all(|byte| (b' '..0x7f).contains(&byte));
    let escaped = || value.span.end - value.span.start != value.len() as u32 && hides_ascii(cx.document.slice(value.span));
    let what = if plain { None } else { fault(value) };
    let Some(what) =
        what.or_else(|| escaped().then(|| "is written with escapes for plain letters, and does not read as it is".to_owned()))
    else {
        return false;
    };
    let shown: String = value.chars().map(shown).collect();
    let finding = cx.report(value.span, format!("`{shown}` {what}"));
    finding.help("write it with plain letters; if you did not write it yourself, see who did");
    true
}

fn shown(character: char) -> String {
    if character.is_ascii_graphic() { character.to_string() } else { format!("<U+{:04X}>", character as u32) }
}

/// Whether an escape stands for a letter, a digit, or one of the marks that addresses and names are made of. No package manager writes one.
fn hides_ascii(raw: &str) -> bool {
    raw.match_indices("\\u").any(|(at, _)| {
        let code = raw.get(at + 2..at + 6).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        code.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"/:.@-".contains(&byte))
    })
}

fn fault(text: &str) -> Option<String> {
    if let Some(hidden) = text.chars().find(|character| is_hidden(*character)) {
        return Some(format!("holds U+{:04X}, which does not show or turns the text round", hidden as u32));
    }
    if text.is_ascii() {
        return None;
    }
    let letters = text.chars().filter(|character| !character.is_ascii()).find(|character| reads_as_ascii(*character));
    letters.map(|letter| format!("holds U+{:04X}, which looks like a plain letter and is none", letter as u32))
}

/// Control characters, bidirectional marks, and characters without width.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
        || matches!(character, '\u{e0000}'..='\u{e007f}')
}

/// Whether Unicode's table of confusable characters takes it for plain ASCII text.
fn reads_as_ascii(character: char) -> bool {
    let text = character.to_string();
    let mut skeleton = unicode_security::confusable_detection::skeleton(&text);
    skeleton.all(|shape| shape.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn what_does_not_read_as_it_is() {
        check(
            "misleading-text",
            r#"
//- /.npmrc
registry=https://npm.cоrp.test/
//- /package.json
{ "name": "@me/app", "dependencies": { "lоdash": "1.0.0", "zero\u200bwidth": "1.0.0", "é": "1.0.0", "日本": "1.0.0", "plain": "1.0.0\u202e", "tab": "1.0.0\t" } }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/а": { "version": "1.0.0" },
    "node_modules/b": { "version": "1.0.0", "resolved": "https://npm.corp.test/b/-/b-1.0.0.tgz\u0000" },
    "node_modules/c": { "version": "1.0.0", "resolved": "https://npm.corp.test/c/-/c\u002d1.0.0.tgz" }
  }
}
"#,
            expect![[r#"
                error .npmrc:1:10 [https://npm.cоrp.test/]
                  `https://npm.c<U+043E>rp.test/` holds U+043E, which looks like a plain letter and is none
                error package-lock.json:5:6 [node_modules/а]
                  `node_modules/<U+0430>` holds U+0430, which looks like a plain letter and is none
                error package-lock.json:6:58 [https://npm.corp.test/b/-/b-1.0.0.tgz\u0000]
                  `https://npm.corp.test/b/-/b-1.0.0.tgz<U+0000>` holds U+0000, which does not show or turns the text round
                error package-lock.json:7:58 [https://npm.corp.test/c/-/c\u002d1.0.0.tgz]
                  `https://npm.corp.test/c/-/c-1.0.0.tgz` is written with escapes for plain letters, and does not read as it is
                error package.json:1:41 [lоdash]
                  `l<U+043E>dash` holds U+043E, which looks like a plain letter and is none
                error package.json:1:60 [zero\u200bwidth]
                  `zero<U+200B>width` holds U+200B, which does not show or turns the text round
                error package.json:1:126 [1.0.0\u202e]
                  `1.0.0<U+202E>` holds U+202E, which does not show or turns the text round
                error package.json:1:148 [1.0.0\t]
                  `1.0.0<U+0009>` holds U+0009, which does not show or turns the text round
            "#]],
        );
    }
}
