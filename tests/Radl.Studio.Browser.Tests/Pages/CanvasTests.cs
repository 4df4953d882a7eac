using Microsoft.Playwright;
using Radl.Studio.Browser.Tests.Running;

namespace Radl.Studio.Browser.Tests.Pages;

public sealed class CanvasTests(StudioFixture studio) : BrowserTest(studio)
{
    [Fact]
    public async Task A_box_is_drawn_with_the_mouse_and_named()
    {
        await EmptyAsync();
        await Page.Locator("[data-tool=draw]").First.ClickAsync();
        await DragAsync((.11, .22), (.43, .57));
        await Page.Keyboard.TypeAsync("a red striped fish");

        AssertNear([.11, .22, .43, .57], await BoxOfAsync(0), .01);
        await Assertions.Expect(Box("a red striped fish")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task A_box_is_made_moved_resized_and_deleted_by_keyboard_alone()
    {
        await EmptyAsync();
        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("n");
        await Page.Keyboard.TypeAsync("a ball");
        await Page.Keyboard.PressAsync("Enter");
        double[] before = await BoxOfAsync(0);

        await Box("a ball").FocusAsync();
        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("Shift+ArrowDown");
        await Page.Keyboard.PressAsync("Alt+Shift+ArrowRight");
        AssertNear([before[0] + .005, before[1] + .05, before[2] + .055, before[3] + .05], await BoxOfAsync(0), 1e-6);

        await Box("a ball").FocusAsync();
        await Page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(Boxes).ToHaveCountAsync(0);
        await Assertions.Expect(Page.Locator("#live")).ToContainTextAsync("Deleted a ball");
    }

    [Fact]
    public async Task Tab_goes_through_the_boxes_and_chooses_them()
    {
        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(Box("a red striped fish")).ToBeFocusedAsync();
        await Assertions.Expect(Box("a red striped fish")).ToHaveAttributeAsync("aria-pressed", "true");
        await Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(Box("a blue solid car")).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(Box("a red striped fish")).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [Theory]
    [InlineData("nw", .08, .35, .15, .40, new[] { .15, .40, .42, .60 })]
    [InlineData("n", .25, .35, .30, .44, new[] { .08, .44, .42, .60 })]
    [InlineData("ne", .42, .35, .38, .31, new[] { .08, .31, .38, .60 })]
    [InlineData("e", .42, .475, .47, .55, new[] { .08, .35, .47, .60 })]
    [InlineData("se", .42, .60, .47, .73, new[] { .08, .35, .47, .73 })]
    [InlineData("s", .25, .60, .30, .71, new[] { .08, .35, .42, .71 })]
    [InlineData("sw", .08, .60, .14, .55, new[] { .14, .35, .42, .55 })]
    [InlineData("w", .08, .475, .03, .40, new[] { .03, .35, .42, .60 })]
    public async Task Each_handle_moves_its_own_edges(string handle, double fromX, double fromY, double toX, double toY, double[] expected)
    {
        await ClickAtAsync((.2, .5));
        await Assertions.Expect(Page.Locator($".handle.{handle}")).ToBeVisibleAsync();
        await Page.Keyboard.DownAsync("Alt"); // without snapping
        await DragAsync((fromX, fromY), (toX, toY));
        await Page.Keyboard.UpAsync("Alt");
        AssertNear(expected, await BoxOfAsync(0), .012);
    }

    [Fact]
    public async Task Undo_takes_back_one_step_and_redo_does_it_again()
    {
        double[] before = await BoxOfAsync(0);
        await DragAsync((.2, .5), (.31, .77));
        double[] after = await BoxOfAsync(0);
        Assert.NotEqual(before, after);

        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("Control+z");
        Assert.Equal(before, await BoxOfAsync(0));
        await Assertions.Expect(Button("Undo")).ToBeDisabledAsync();

        await Button("Redo").ClickAsync();
        Assert.Equal(after, await BoxOfAsync(0));
    }

    [Fact]
    public async Task A_box_snaps_to_the_centre_and_shows_the_guide()
    {
        await EmptyAsync();
        await DragAsync((.05, .05), (.25, .25)); // an empty canvas begins with the tool that draws
        await MoveToAsync((.15, .15));
        await Page.Mouse.DownAsync();
        await MoveToAsync((.40, .20));
        await MoveToAsync((.504, .22));
        await Assertions.Expect(Page.Locator(".guides line").First).ToBeAttachedAsync();
        await Page.Mouse.UpAsync();
        await Assertions.Expect(Page.Locator(".guides line")).ToHaveCountAsync(0);
        double[] box = await BoxOfAsync(0);
        Assert.Equal(.5, (box[0] + box[2]) / 2, 1e-3);
    }

    [Fact]
    public async Task Several_boxes_are_chosen_by_a_rubber_band_or_with_shift_and_move_together()
    {
        double[] fish = await BoxOfAsync(0);
        double[] car = await BoxOfAsync(1);
        await DragAsync((.02, .1), (.98, .9));
        await Assertions.Expect(Page.Locator(".box.chosen")).ToHaveCountAsync(2);
        await Page.Keyboard.PressAsync("Shift+ArrowUp");
        AssertNear([fish[0], fish[1] - .05, fish[2], fish[3] - .05], await BoxOfAsync(0), 1e-6);
        AssertNear([car[0], car[1] - .05, car[2], car[3] - .05], await BoxOfAsync(1), 1e-6);

        await ClickAtAsync((.5, .95));
        await Assertions.Expect(Page.Locator(".box.chosen")).ToHaveCountAsync(0);
        await ClickAtAsync((.2, .45));
        await Page.Keyboard.DownAsync("Shift");
        await ClickAtAsync((.7, .4));
        await Page.Keyboard.UpAsync("Shift");
        await Assertions.Expect(Page.Locator(".box.chosen")).ToHaveCountAsync(2);
        await Page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(Boxes).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Boxes_are_duplicated_and_ordered()
    {
        await ClickAtAsync((.2, .5));
        await Page.Keyboard.PressAsync("Control+d");
        await Assertions.Expect(Boxes).ToHaveCountAsync(3);
        System.Text.Json.Nodes.JsonNode scene = await SceneAsync();
        Assert.Equal("a red striped fish", (string?)scene["instances"]![2]!["label"]);
        Assert.NotEqual(scene["instances"]![0]!["box"]!.ToJsonString(), scene["instances"]![2]!["box"]!.ToJsonString());

        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("Shift+[");
        scene = await SceneAsync();
        Assert.Equal("a blue solid car", (string?)scene["instances"]![2]!["label"]);
    }

    [Fact]
    public async Task A_painted_mask_travels_as_a_picture_and_moves_with_its_box()
    {
        await ClickAtAsync((.2, .5));
        await Page.Keyboard.PressAsync("m");
        await DragAsync((.20, .45), (.30, .45));
        await Assertions.Expect(Page.Locator(".box.masked")).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("v");
        System.Text.Json.Nodes.JsonNode scene = await SceneAsync();
        string before = (string)scene["instances"]![0]!["mask"]!;
        Assert.StartsWith("data:image/png;base64,", before, StringComparison.Ordinal);
        double[] box = await BoxOfAsync(0);
        // A stroke of .1 with a round brush of .08.
        AssertNear([.16, .41, .34, .49], box, .02);

        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("Shift+ArrowDown");
        scene = await SceneAsync();
        Assert.NotEqual(before, (string)scene["instances"]![0]!["mask"]!);
        AssertNear([box[0], box[1] + .05, box[2], box[3] + .05], await BoxOfAsync(0), 1e-6);

        await QuickAsync();
        await GenerateAsync(); // the server reads the mask
    }

    [Fact]
    public async Task A_mask_is_painted_by_keyboard_alone()
    {
        await Page.Locator("#board").FocusAsync();
        await Page.Keyboard.PressAsync("Tab"); // the fish
        await Page.Keyboard.PressAsync("m");
        double[] before = await BoxOfAsync(0);
        await Box("a red striped fish").FocusAsync();
        await Page.Keyboard.PressAsync("ArrowLeft");
        await Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(Page.Locator(".brush.down")).ToHaveCountAsync(1);
        for (int step = 0; step < 5; step++)
        {
            await Page.Keyboard.PressAsync("ArrowRight");
        }
        await Page.Keyboard.PressAsync("Space");
        await Assertions.Expect(Page.Locator(".box.masked")).ToHaveCountAsync(1);
        // From a quarter of the brush's .08 left of the middle to four quarters right of it, and half a brush at each end.
        double x = (before[0] + before[2]) / 2;
        double y = (before[1] + before[3]) / 2;
        AssertNear([x - .06, y - .04, x + .12, y + .04], await BoxOfAsync(0), .02);

        await Box("a red striped fish").FocusAsync();
        await Page.Keyboard.PressAsync("Space");
        await Page.Keyboard.PressAsync("Escape"); // gives the stroke up
        await Assertions.Expect(Page.Locator(".brush.down")).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Escape"); // and the tool
        await Assertions.Expect(Page.Locator(".draft .brush")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Sizes_become_multiples_of_eight_and_a_shape_about_keeps_the_area()
    {
        await Field("Width").FillAsync("203");
        await Field("Width").BlurAsync();
        Assert.Equal(200, (int)(await SceneAsync())["width"]!);
        await Field("Width").FillAsync("128");
        await Field("Width").BlurAsync();
        await Field("Shape of the picture").SelectOptionAsync("4 : 3");
        System.Text.Json.Nodes.JsonNode scene = await SceneAsync();
        Assert.Equal((160, 120), ((int)scene["width"]!, (int)scene["height"]!));
    }

    [Fact]
    public async Task Zoom_changes_the_canvas_and_not_the_boxes()
    {
        double[] before = await BoxOfAsync(0);
        float width = (await Page.Locator("#stage").BoundingBoxAsync())!.Width;
        await Button("Zoom in").ClickAsync();
        Assert.Equal(width * 1.25, (await Page.Locator("#stage").BoundingBoxAsync())!.Width, 1.0);
        await Button("Fit the canvas").ClickAsync();
        Assert.Equal(width, (await Page.Locator("#stage").BoundingBoxAsync())!.Width, 1.0);
        Assert.Equal(before, await BoxOfAsync(0));
    }

    [Fact]
    public async Task Each_box_has_a_strength_and_a_negative_label()
    {
        await ClickAtAsync((.2, .5));
        await Page.Locator(".card.chosen").GetByRole(AriaRole.Slider, new LocatorGetByRoleOptions { Name = "Strength" }).FillAsync("1.5");
        await Page.Locator(".card.chosen").GetByLabel("Not", new LocatorGetByLabelOptions { Exact = true }).FillAsync("a bird");
        System.Text.Json.Nodes.JsonNode fish = (await SceneAsync())["instances"]![0]!;
        Assert.Equal(1.5, (double)fish["strength"]!);
        Assert.Equal("a bird", (string?)fish["negative"]);
    }
}
