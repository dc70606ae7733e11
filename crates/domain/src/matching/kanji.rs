//! Kanji: variants folded to one form, since a register, a form and a keyboard rarely agree on 髙 and 高.

/// The text with every variant folded to the form in common use.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for letter in text.chars() {
        // 々 repeats the kanji before it.
        let letter = if letter == '々' { before.unwrap_or(letter) } else { common(letter) };
        out.push(letter);
        before = Some(letter);
    }
    out
}

/// Variant, then common form.
const VARIANTS: &str = "髙高 﨑崎 嵜崎 碕崎 埼崎 邊辺 邉辺 齋斉 齊斉 斎斉 澤沢 濱浜 濵浜 櫻桜 廣広 國国 眞真 惠恵 德徳 嶋島 嶌島 瀨瀬 濟済 龍竜 瀧滝 藏蔵 關関 學学 榮栄 嶽岳 條条 縣県 壽寿 實実 圓円 靜静 淸清 增増 曾曽 舘館 \
    槇槙 禮礼 彥彦 莊荘 會会 萬万 與与 豐豊 團団 鐵鉄 鹽塩 舩船 桒桑 栁柳 𠮷吉 籐藤 冨富 峯峰 埜野 兒児 應応 將将 當当 黑黒 薰薫 顯顕 晉晋 敎教 勳勲 敍叙 峽峡 恆恒 總総 聰聡 穗穂 緖緒 祿禄 郞郎 凜凛 遙遥 \
    瑤瑶 堯尭 巖巌 燈灯 檜桧 鷗鴎 鄕郷 鄉郷 步歩 每毎 賴頼 驒騨 麵麺 黃黄 橫横 歷歴 溫温 焰焔 狹狭 產産 甁瓶 硏研 莱萊 虛虚 覺覚 讓譲 豫予 陳陈 張张 劉刘 楊杨 趙赵 吳呉 吴呉 孫孙 馬马 許许 韓韩 馮冯 鄧邓 \
    鄭郑 蕭萧 葉叶 謝谢 蔣蒋 陸陆 賈贾 鄒邹 龔龚 偉伟 麗丽 強强 軍军 傑杰 華华 蓮莲 靈灵 澁渋 淵渕 籔薮 螢蛍 鶯鴬 壹壱 亞亜 圍囲 爲為 價価 樂楽 氣気 戶戸 靑青 淨浄 祕秘 稻稲 穰穣 藝芸 蘆芦 輕軽 遲遅 鐮鎌 \
    鷄鶏 麥麦 龜亀 齡齢 曉暁 晝昼 灣湾 畫画 發発 禪禅 竝並 粹粋 繩縄 纖繊 聲声 臺台 舍舎 衞衛 觀観 證証 讀読 邨村 釋釈 隱隠 雙双 顏顔 體体 圖図 寶宝 寬寛 對対 彈弾 效効 晧皓 歐欧 澀渋 犧犠 祇祗 穐秋 皋皐 \
    籠篭 莖茎 萠萌 藪薮 蠶蚕 諫諌 賤賎 飮飲 龝秋";

/// The common form of a kanji.
fn common(letter: char) -> char {
    if !super::script::is_cjk(letter) {
        return letter;
    }
    table().get(&letter).copied().unwrap_or(letter)
}

/// The table of variants, read once.
fn table() -> &'static std::collections::HashMap<char, char> {
    static TABLE: std::sync::OnceLock<std::collections::HashMap<char, char>> = std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        let pairs = VARIANTS.split_whitespace().filter_map(|pair| {
            let mut letters = pair.chars();
            Some((letters.next()?, letters.next()?))
        });
        pairs.collect()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn variants_fold_to_the_common_form() {
        for (written, folded) in [
            ("髙橋", "高橋"),
            ("山﨑", "山崎"),
            ("渡邊", "渡辺"),
            ("渡邉", "渡辺"),
            ("齋藤", "斉藤"),
            ("𠮷田", "吉田"),
            ("廣澤", "広沢"),
            ("佐々木", "佐佐木"),
            ("柳", "柳"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "[一-龥々髙﨑邊齋]{0,8}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
