using FsCheck;
using FsCheck.Fluent;
using Radl.Diffusion.Lora;

namespace Radl.Diffusion.Tests.Lora;

public sealed class LoraKeyProperties
{
    private static readonly FsCheck.Config Many = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void Any_key_is_read_or_refused_but_never_breaks_the_reader() => Check.One(Many, Prop.ForAll(
        Gen.Elements("lora_unet_", "unet.", "text_encoder.", "a", ".", "_", ".processor", ".to_out", "_lora.down.weight", ".lora_A.weight", ".alpha").ListOf().Select(string.Concat).ToArbitrary(),
        key => Assert.NotEqual("", LoraKey.TryParse(key)?.Module)));
}
