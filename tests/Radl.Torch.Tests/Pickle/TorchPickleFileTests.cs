using Radl.Torch.Pickle;
using Radl.Torch.Tests.IO;
using Radl.Torch.Tests.Safetensors;

namespace Radl.Torch.Tests.Pickle;

public sealed class TorchPickleFileTests : TensorTest
{
    [Theory]
    [InlineData("plain_zip.bin")]
    [InlineData("lightning_zip.ckpt")]
    [InlineData("legacy_non_zip.bin")]
    public void A_tensor_outlives_the_file_it_was_taken_from(string name)
    {
        using var scope = TensorScope.Enter();
        Tensor tensor;
        using (var file = TorchPickleFile.Open(SafetensorsTestFile.Golden("torch_pickle", name)))
        {
            Assert.Equal(19, file.Tensors.Count);
            tensor = file.Load("w.transposed");
            Assert.Throws<KeyNotFoundException>(() => file.Load("w.nothing"));
        }
        Assert.Equal([4, 6], tensor.Shape);
        Assert.True(tensor.IsContiguous);
        Assert.All(tensor.ToArray<float>(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void What_is_stored_is_told_without_loading_it()
    {
        using var file = TorchPickleFile.Open(SafetensorsTestFile.Golden("torch_pickle", "plain_zip.bin"));
        Assert.Equal(("F16", 7), (file.Tensors["w.f16"].TypeName, file.Tensors["w.f16"].Count));
        Assert.Equal([2, 3, 3, 3], file.Tensors["w.conv"].Shape);
        Assert.Equal(0, file.Tensors["w.empty"].Count);
    }

    [Fact]
    public void Tensors_of_inner_dictionaries_have_the_outer_name_in_front()
    {
        using var scope = TensorScope.Enter();
        using var folder = new TemporaryFolder();
        byte[] tensor = TorchArchive.View("FloatStorage", "0", 2, 1, [1], [1]);
        byte[] inner = TorchArchive.Dictionary([("weight", tensor), ("epoch", TorchArchive.Number(3))])[2..^1];
        byte[] pickle = TorchArchive.Dictionary([("model", inner), ("bias", tensor), ("note", TorchArchive.Text("x"))]);
        using ITensorFile file = TensorFiles.Open(folder.Write("a.pt", TorchArchive.Zip(pickle, [[0, 0, 0, 0, 0, 0, 0x80, 0x3f]])));
        Assert.Equal(["model.weight", "bias"], file.Tensors.Keys);
        Assert.Equal(1, file.Load("model.weight").Item());
    }

    [Fact]
    public void A_dictionary_that_holds_itself_ends()
    {
        using var folder = new TemporaryFolder();
        byte[] pickle = TorchArchive.Opcodes(0x80, 2, "}q\0(", TorchArchive.Text("self"), "h\0", TorchArchive.Text("w"), TorchArchive.View("ByteStorage", "0", 1, 0, [1], [1]), "u.");
        using var file = TorchPickleFile.Open(folder.Write("a.pt", TorchArchive.Zip(pickle, [[7]])));
        Assert.Contains("self.self.w", file.Tensors.Keys);
        Assert.InRange(file.Tensors.Count, 2, 10);
    }

    [Fact]
    public void What_training_programs_store_beside_the_weights_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        // {ModelCheckpoint: {"best": numpy.scalar(numpy.dtype("f8") with a state, b"x")}}
        byte[] dtype = TorchArchive.Opcodes("cnumpy\ndtype\n", TorchArchive.Text("f8"), 0x85, "R", TorchArchive.Numbers(3), "b");
        byte[] score = TorchArchive.Opcodes("cnumpy.core.multiarray\nscalar\n", dtype, "C", 1, "x", 0x86, "R");
        byte[] callbacks = TorchArchive.Opcodes("}cpytorch_lightning.callbacks.model_checkpoint\nModelCheckpoint\n}", TorchArchive.Text("best"), score, "ss");
        byte[] pickle = TorchArchive.Dictionary([("callbacks", callbacks), ("state_dict", TorchArchive.Dictionary([("w", TorchArchive.View("ByteStorage", "0", 1, 0, [1], [1]))])[2..^1])]);
        using var file = TorchPickleFile.Open(folder.Write("a.ckpt", TorchArchive.Zip(pickle, [[7]])));
        Assert.Equal(["w"], file.Tensors.Keys);
    }

    [Fact]
    public void Files_are_opened_by_what_they_are_and_not_only_by_their_name()
    {
        using var folder = new TemporaryFolder();
        byte[] torch = File.ReadAllBytes(SafetensorsTestFile.Golden("torch_pickle", "plain_zip.bin"));
        byte[] safetensors = SafetensorsTestFile.Bytes("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 5);
        using (ITensorFile file = TensorFiles.Open(folder.Write("weights", torch)))
        {
            Assert.IsType<TorchPickleFile>(file);
        }
        using (ITensorFile file = TensorFiles.Open(folder.Write("wrong.bin", safetensors)))
        {
            Assert.Equal(["a"], file.Tensors.Keys);
        }
        Assert.Equal(PickleRule.NotTorch, Assert.Throws<PickleException>(() => TensorFiles.Open(folder.Write("text.ckpt", "hello"u8))).Rule);
        Assert.Throws<PickleException>(() => TensorFiles.Open(folder.Write("empty.bin", [])));
        Assert.Throws<FileNotFoundException>(() => TensorFiles.Open(folder["missing.bin"]));
    }

    [Fact]
    public void A_models_parameters_come_from_it_and_a_pointwise_kernel_serves_as_a_matrix()
    {
        using var scope = TensorScope.Enter();
        using var folder = new TemporaryFolder();
        string path = folder["a.bin"];
        TorchArchive.Save(path, [new("first.q.weight", Tensor.From<float>([1, 2, 3, 4], 2, 2, 1, 1)), new("first.b", Tensor.From<float>([5, 6], 2))], isCheckpoint: true);
        using var weights = Weights.Open(path);
        Assert.Equal([1, 2, 3, 4], (weights / "first" / "q").Take("weight", Init.Zeros, 2, 2).ToArray<float>());
        Assert.Contains("'first.b' has shape [2], the model needs [3]", Assert.Throws<InvalidDataException>(() => (weights / "first").Take("b", Init.Zeros, 3)).Message, StringComparison.Ordinal);
    }
}
